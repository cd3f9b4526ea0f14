"""Convolution."""

from typing import TYPE_CHECKING, Literal

from netspec.errors import Refused
from netspec.fields import Size
from netspec.layers import Inferred, Parameter
from netspec.layers._convolutions import Convolution, Filtering, fans
from netspec.shapes import Grid

if TYPE_CHECKING:
    from torch import nn


class Conv(Convolution, Filtering):
    """activation(W ⋆ x + b), ⋆ being cross-correlation, over a sequence, an image or a volume.

    Shape: C×H×W → n_out×H'×W', H' = ⌊(H + 2·padding − kernel)/stride⌋ + 1; sequences T×C → T'×n_out. With dilation d a kernel k covers
    k + (k−1)(d−1). DL4J's ConvolutionLayer, Convolution1DLayer, Convolution3D; initial weights have its fans.
    """

    type: Literal["conv"] = "conv"

    groups: Size = 1
    """Groups of channels that do not see one another; both channel counts must be divisible by it."""

    def infer(self, *inputs: Grid) -> Inferred:
        """C×H×W → n_out×H'×W'."""
        grid, window = inputs[0], self.window(inputs[0])
        sides = window.slide(grid)
        for name, channels in (("n_out", self.n_out), ("the input's channels", grid.channels)):
            if channels % self.groups:
                raise Refused("groups", f"must divide {name} ({channels})", got=self.groups)
        inside = grid.channels // self.groups
        found = fans(window, inside, self.n_out)
        weight = Parameter((self.n_out, inside, *window.kernel), fans=found)
        return Inferred(grid.with_sides(self.n_out, sides), {"weight": weight, **self.bias(self.n_out, found)})

    def build(self, *inputs: Grid) -> "nn.Module":
        """torch's convolution; over sequences, and where the padding is uneven, netspec's, which lays out and pads before it."""
        return self.slid(inputs[0], self.n_out, self.groups)
