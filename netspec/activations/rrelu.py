"""Randomized leaky rectified linear unit."""

from typing import TYPE_CHECKING, Literal

from netspec.activations._slopes import DrawnSlopes

if TYPE_CHECKING:
    from torch import nn


class Rrelu(DrawnSlopes):
    """x for x >= 0, a·x below; a is drawn from U(lower, upper) for each element while training, and is their mean in test mode. Source: Xu et al., 2015."""

    type: Literal["rrelu"] = "rrelu"

    def build(self) -> "nn.Module":
        """Torch's RReLU."""
        from torch import nn

        return nn.RReLU(self.lower, self.upper)
