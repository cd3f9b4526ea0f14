"""Mean absolute error."""

from typing import TYPE_CHECKING, Literal

from netspec.losses._elementwise import ElementwiseLoss

if TYPE_CHECKING:
    from torch import Tensor


class Mae(ElementwiseLoss):
    """Σ |y − o| / n_out, over the n_out values of an output; summed over steps and positions. DL4J's LossMAE."""

    type: Literal["mae"] = "mae"
    mean = True

    def terms(self, output: "Tensor", labels: "Tensor") -> "Tensor":
        """|y − o|."""
        return (labels - output).abs()
