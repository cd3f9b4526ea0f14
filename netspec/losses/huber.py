"""Huber loss."""

from typing import TYPE_CHECKING, Literal

from netspec.fields import Positive
from netspec.losses._elementwise import ElementwiseLoss

if TYPE_CHECKING:
    from torch import Tensor


class Huber(ElementwiseLoss):
    """Σ ½·(y − o)² where |y − o| < delta, else delta·(|y − o| − ½·delta). Source: Huber, 1964; torch's HuberLoss, summed over the outputs. DL4J has none."""

    type: Literal["huber"] = "huber"

    delta: Positive = 1.0
    """Error at which the square becomes a straight line, above 0."""

    def terms(self, output: "Tensor", labels: "Tensor") -> "Tensor":
        """The square inside, the straight line outside."""
        error = (labels - output).abs()
        near = error.clamp(max=self.delta)
        return near * (error - near / 2)
