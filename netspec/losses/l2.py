"""Sum of squared errors."""

from typing import TYPE_CHECKING, Literal

from netspec.losses._elementwise import ElementwiseLoss

if TYPE_CHECKING:
    from torch import Tensor


class L2(ElementwiseLoss):
    """Σ (y − o)²: `mse` without its division by n_out. DL4J's LossL2."""

    type: Literal["l2"] = "l2"

    def terms(self, output: "Tensor", labels: "Tensor") -> "Tensor":
        """(y − o)²."""
        return (labels - output).square()
