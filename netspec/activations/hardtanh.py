"""The hyperbolic tangent in three straight lines."""

from typing import TYPE_CHECKING, Literal

from netspec.activations import Activation

if TYPE_CHECKING:
    from torch import nn


class HardTanh(Activation):
    """clip(x, −1, 1). Source: Collobert, 2004; DL4J's HARDTANH."""

    type: Literal["hardtanh"] = "hardtanh"
    increasing = True

    def build(self) -> "nn.Module":
        """The three lines."""
        from netspec.modules.hardtanh import HardTanh as Module

        return Module()
