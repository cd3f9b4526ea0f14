"""LeCun normal."""

from typing import TYPE_CHECKING, Literal

from netspec.initializers import Fans, Initializer

if TYPE_CHECKING:
    from torch import Generator, Tensor


class LecunNormal(Initializer):
    """N(0, 1 / fan_in), the second being the variance. Source: LeCun et al., 1998; DL4J's LECUN_NORMAL, also called NORMAL there."""

    type: Literal["lecun_normal"] = "lecun_normal"

    def fill(self, tensor: "Tensor", fans: Fans, generator: "Generator") -> None:
        """Draw the whole tensor anew, in place."""
        tensor.normal_(0, fans.into**-0.5, generator=generator)
