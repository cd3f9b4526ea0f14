"""He normal, for rectified linear units."""

from typing import TYPE_CHECKING, Literal

from netspec.initializers import Fans, Initializer

if TYPE_CHECKING:
    from torch import Generator, Tensor


class Relu(Initializer):
    """N(0, 2 / fan_in), the second being the variance. Source: He et al., ICCV 2015; DL4J's RELU."""

    type: Literal["relu"] = "relu"

    def fill(self, tensor: "Tensor", fans: Fans, generator: "Generator") -> None:
        """Draw the whole tensor anew, in place."""
        tensor.normal_(0, (2 / fans.into) ** 0.5, generator=generator)
