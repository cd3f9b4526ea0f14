"""Hyperbolic tangent."""

from typing import TYPE_CHECKING, Literal

from netspec.activations import Activation

if TYPE_CHECKING:
    from torch import nn


class Tanh(Activation):
    """tanh(x), in (−1, 1). DL4J's TANH."""

    type: Literal["tanh"] = "tanh"
    increasing = True

    @property
    def slope_by_result(self) -> bool:
        """1 − y²."""
        return True

    def build(self) -> "nn.Module":
        """Torch's Tanh."""
        from torch import nn

        return nn.Tanh()
