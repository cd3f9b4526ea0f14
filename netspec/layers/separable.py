"""Convolution in two steps: over the window channel by channel, then over the channels cell by cell."""

from typing import TYPE_CHECKING, Literal

from netspec.fields import Size
from netspec.initializers import Fans
from netspec.layers import Inferred, Parameter
from netspec.layers._convolutions import Convolution, Filtering, fans
from netspec.shapes import Grid

if TYPE_CHECKING:
    from torch import nn


class Separable(Convolution, Filtering):
    """activation(P · (W ⋆ x) + b): W has `depth_multiplier` filters for each channel, P mixes their results.

    Shape: C×H×W → n_out×H'×W', as `conv`. Source: Chollet, CVPR 2017; DL4J's SeparableConvolution2D.
    """

    type: Literal["separable"] = "separable"

    depth_multiplier: Size = 1
    """Filters for each channel of the input, before they are mixed."""

    def infer(self, *inputs: Grid) -> Inferred:
        """C×H×W → n_out×H'×W'."""
        grid, window = inputs[0], self.window(inputs[0])
        between = grid.channels * self.depth_multiplier
        found, mixed = fans(window, grid.channels, self.depth_multiplier), Fans(between, between)
        weight = Parameter((between, 1, *window.kernel), fans=found)
        pointwise = Parameter((self.n_out, between, *(1 for _ in window.kernel)), fans=mixed)
        return Inferred(grid.with_sides(self.n_out, window.slide(grid)), {"weight": weight, "pointwise": pointwise, **self.bias(self.n_out, mixed)})

    def build(self, *inputs: Grid) -> "nn.Module":
        """Two convolutions as one module."""
        from netspec.modules.separable import SeparableConv

        grid, window = inputs[0], self.window(inputs[0])
        sizes = (grid.channels, grid.channels * self.depth_multiplier, self.n_out)
        return SeparableConv(window, sizes, bias=self.has_bias)
