"""Repeating of cells."""

from typing import TYPE_CHECKING, Literal

from netspec.fields import Sizes
from netspec.layers import Inferred, NoisyLayer
from netspec.shapes import GRIDS, Grid
from netspec.windows import each

if TYPE_CHECKING:
    from torch import nn

    from netspec.modules.masks import MaskRule


class Upsampling(NoisyLayer):
    """Each cell `size` times along each axis. Shape: C×H×W → C×(H·size)×(W·size). DL4J's Upsampling1D, Upsampling2D, Upsampling3D."""

    type: Literal["upsampling"] = "upsampling"
    takes = GRIDS

    size: Sizes
    """How often each cell is repeated: one number, or one for each axis (length; height, width; depth, height, width)."""

    def infer(self, *inputs: Grid) -> Inferred:
        """C×H×W → C×(H·size)×(W·size)."""
        grid = inputs[0]
        sides = tuple(None if side is None else side * size for side, size in zip(grid.sides, each("size", self.size, grid), strict=True))
        return Inferred(grid.with_sides(grid.channels, sides))

    def build(self, *inputs: Grid) -> "nn.Module":
        """torch's Upsample, to the nearest; sequences are repeated step by step."""
        from torch import nn

        from netspec.modules.upsampling import Repeat

        sizes = each("size", self.size, inputs[0])
        return Repeat(sizes[0]) if len(sizes) == 1 else nn.Upsample(scale_factor=tuple(map(float, sizes)), mode="nearest-exact")

    def build_mask(self, *inputs: Grid) -> "MaskRule":
        """Each step or position again and again, like what it masks."""
        from netspec.modules.masks import through

        return through(self.build(*inputs))
