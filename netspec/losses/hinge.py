"""Hinge loss, for labels −1 and 1."""

from typing import TYPE_CHECKING, Literal

from netspec.losses._elementwise import ElementwiseLoss

if TYPE_CHECKING:
    from torch import Tensor


class Hinge(ElementwiseLoss):
    """Σ max(0, 1 − y·o); class labels are made −1 and 1. Source: Cortes & Vapnik, 1995; DL4J's LossHinge."""

    type: Literal["hinge"] = "hinge"
    wrong = -1.0

    def terms(self, output: "Tensor", labels: "Tensor") -> "Tensor":
        """max(0, 1 − y·o)."""
        return (1 - labels * output).relu()
