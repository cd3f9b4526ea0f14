"""Leaky rectified linear unit."""

from typing import TYPE_CHECKING, Literal

from netspec.activations import Activation
from netspec.fields import NotNegative

if TYPE_CHECKING:
    from torch import nn


class LeakyRelu(Activation):
    """x for x >= 0, alpha·x below. Source: Maas, Hannun & Ng, ICML 2013."""

    type: Literal["leakyrelu"] = "leakyrelu"
    increasing = True

    alpha: NotNegative = 0.01
    """Slope for negative inputs, from 0."""

    def build(self) -> "nn.Module":
        """Torch's LeakyReLU."""
        from torch import nn

        return nn.LeakyReLU(self.alpha)
