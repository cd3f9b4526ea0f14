"""Exponential linear unit."""

from typing import TYPE_CHECKING, Literal

from netspec.activations import Activation

if TYPE_CHECKING:
    from torch import nn


class Elu(Activation):
    """x for x > 0, alpha·(e^x − 1) below. Source: Clevert, Unterthiner & Hochreiter, ICLR 2016."""

    type: Literal["elu"] = "elu"
    increasing = True

    alpha: float = 1.0
    """Distance of the lower limit from 0, any number: the function falls towards −alpha."""

    @property
    def keeps_order(self) -> bool:
        """Unless the limit is above 0."""
        return self.alpha >= 0

    def build(self) -> "nn.Module":
        """Torch's ELU where its derivative at 0 is 1, else the formula."""
        if self.alpha == 1:
            from torch import nn

            return nn.ELU()
        from netspec.modules.elu import Elu as Module

        return Module(self.alpha)
