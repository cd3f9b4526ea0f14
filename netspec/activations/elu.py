"""Exponential linear unit."""

from typing import TYPE_CHECKING, Literal

from netspec.activations import Activation
from netspec.fields import NotNegative

if TYPE_CHECKING:
    from torch import nn


class Elu(Activation):
    """x for x > 0, alpha·(e^x − 1) below. Source: Clevert, Unterthiner & Hochreiter, ICLR 2016."""

    type: Literal["elu"] = "elu"
    increasing = True

    alpha: NotNegative = 1.0
    """Distance of the lower limit from 0, from 0: the function falls towards −alpha."""

    def build(self) -> "nn.Module":
        """Torch's ELU."""
        from torch import nn

        return nn.ELU(self.alpha)
