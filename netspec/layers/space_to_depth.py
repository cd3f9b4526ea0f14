"""Blocks of an image as channels."""

from typing import TYPE_CHECKING, Literal

from netspec.errors import Refused
from netspec.fields import Size
from netspec.layers import Inferred, NoisyLayer
from netspec.shapes import Convolutional

if TYPE_CHECKING:
    from torch import nn


class SpaceToDepth(NoisyLayer):
    """The cells of each block × block square side by side in the channels: channel (i·block + j)·C + c holds cell (i, j) of channel c.

    Shape: C×H×W → (C·block²)×(H/block)×(W/block). DL4J's SpaceToDepthLayer.
    """

    type: Literal["space_to_depth"] = "space_to_depth"
    takes = (Convolutional,)

    block: Size
    """Height and width of a block, in cells."""

    def infer(self, *inputs: Convolutional) -> Inferred:
        """C×H×W → (C·block²)×(H/block)×(W/block)."""
        image = inputs[0]
        for name, size in zip(image.axes, (image.height, image.width), strict=True):
            if size % self.block:
                raise Refused("block", f"must divide {name} ({size})", got=self.block)
        return Inferred(Convolutional(image.channels * self.block**2, image.height // self.block, image.width // self.block))

    def build(self, *inputs: Convolutional) -> "nn.Module":
        """netspec's; torch's PixelUnshuffle has another order of channels."""
        from netspec.modules.space_to_depth import SpaceToDepth as Module

        return Module(self.block)
