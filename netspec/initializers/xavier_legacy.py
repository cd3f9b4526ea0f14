"""The Xavier normal of DL4J's first releases."""

from typing import TYPE_CHECKING, Literal

from netspec.initializers import Fans, Initializer

if TYPE_CHECKING:
    from torch import Generator, Tensor


class XavierLegacy(Initializer):
    """N(0, 1 / (a + b)), the second being the variance, for a and b the first two sizes of the array (of a vector: 1 and its size). DL4J's XAVIER_LEGACY."""

    type: Literal["xavier_legacy"] = "xavier_legacy"

    def fill(self, tensor: "Tensor", fans: Fans, generator: "Generator") -> None:
        """Draw the whole tensor anew, in place."""
        first, second = (1, 1, *tensor.shape)[-2:] if tensor.dim() < 2 else tensor.shape[:2]
        tensor.normal_(0, (first + second) ** -0.5, generator=generator)
