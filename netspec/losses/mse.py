"""Mean squared error."""

from typing import TYPE_CHECKING, Literal

from netspec.losses._elementwise import ElementwiseLoss

if TYPE_CHECKING:
    from torch import Tensor


class Mse(ElementwiseLoss):
    """Σ (y − o)² / n_out, over the n_out values of an output; summed over steps and positions. DL4J's LossMSE."""

    type: Literal["mse"] = "mse"
    mean = True

    def terms(self, output: "Tensor", labels: "Tensor") -> "Tensor":
        """(y − o)²."""
        return (labels - output).square()
