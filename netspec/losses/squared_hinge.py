"""Squared hinge loss, for labels −1 and 1."""

from typing import TYPE_CHECKING, Literal

from netspec.losses._elementwise import ElementwiseLoss

if TYPE_CHECKING:
    from torch import Tensor


class SquaredHinge(ElementwiseLoss):
    """Σ max(0, 1 − y·o)²; class labels are made −1 and 1. DL4J's LossSquaredHinge."""

    type: Literal["squared_hinge"] = "squared_hinge"
    wrong = -1.0

    def terms(self, output: "Tensor", labels: "Tensor") -> "Tensor":
        """max(0, 1 − y·o)²."""
        return (1 - labels * output).relu().square()
