"""Mean squared logarithmic error."""

from typing import TYPE_CHECKING, Literal

from netspec.losses._elementwise import ElementwiseLoss

if TYPE_CHECKING:
    from torch import Tensor


class Msle(ElementwiseLoss):
    """Σ (log((o + 1) / (y + 1)))² / n_out, for outputs and labels above −1. DL4J's LossMSLE."""

    type: Literal["msle"] = "msle"
    activation = "softplus"
    mean = True

    def terms(self, output: "Tensor", labels: "Tensor") -> "Tensor":
        """(log((o + 1) / (y + 1)))²."""
        return ((output + 1) / (labels + 1)).log().square()
