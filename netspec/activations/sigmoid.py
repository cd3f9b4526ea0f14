"""Logistic function."""

from typing import TYPE_CHECKING, Literal

from netspec.activations import Activation

if TYPE_CHECKING:
    from torch import nn


class Sigmoid(Activation):
    """1 / (1 + e^−x), in (0, 1). DL4J's SIGMOID."""

    type: Literal["sigmoid"] = "sigmoid"
    probabilities = True
    increasing = True

    @property
    def slope_by_result(self) -> bool:
        """y·(1 − y)."""
        return True

    def build(self) -> "nn.Module":
        """Torch's Sigmoid."""
        from torch import nn

        return nn.Sigmoid()
