"""Leaky rectified linear unit."""

from typing import TYPE_CHECKING, Literal

from netspec.activations import Activation

if TYPE_CHECKING:
    from torch import nn


class LeakyRelu(Activation):
    """x for x >= 0, alpha·x below. Source: Maas, Hannun & Ng, ICML 2013."""

    type: Literal["leakyrelu"] = "leakyrelu"
    increasing = True

    alpha: float = 0.01
    """Slope for negative inputs, any number."""

    @property
    def keeps_order(self) -> bool:
        """Unless the slope is negative."""
        return self.alpha >= 0

    def build(self) -> "nn.Module":
        """The formula."""
        from netspec.modules.leakyrelu import LeakyRelu as Module

        return Module(self.alpha)
