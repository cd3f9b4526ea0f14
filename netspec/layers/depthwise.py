"""Convolution of each channel by itself."""

from typing import TYPE_CHECKING, Literal

from netspec.fields import Size
from netspec.layers import Inferred, Parameter
from netspec.layers._convolutions import Convolution, fans
from netspec.shapes import Grid

if TYPE_CHECKING:
    from torch import nn


class Depthwise(Convolution):
    """activation(W ⋆ x + b) with `depth_multiplier` filters for each channel, which see that channel only.

    Shape: C×H×W → (C·depth_multiplier)×H'×W', as `conv` in H' and W'; channel c's filters are c·depth_multiplier and on.
    Source: Sifre, 2014; DL4J's DepthwiseConvolution2D.
    """

    type: Literal["depthwise"] = "depthwise"

    depth_multiplier: Size = 1
    """Filters for each channel of the input."""

    def infer(self, *inputs: Grid) -> Inferred:
        """C×H×W → (C·depth_multiplier)×H'×W'."""
        grid, window = inputs[0], self.window(inputs[0])
        size = grid.channels * self.depth_multiplier
        found = fans(window, grid.channels, self.depth_multiplier)
        weight = Parameter((size, 1, *window.kernel), fans=found)
        return Inferred(grid.with_sides(size, window.slide(grid)), {"weight": weight, **self.bias(size, found)})

    def build(self, *inputs: Grid) -> "nn.Module":
        """torch's convolution with a group for each channel."""
        return self.slid(inputs[0], inputs[0].channels * self.depth_multiplier, inputs[0].channels)
