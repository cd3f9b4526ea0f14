"""A border of zeros."""

from typing import TYPE_CHECKING, Literal

from netspec.layers import Inferred, NoisyLayer
from netspec.layers._borders import Ends, ends
from netspec.shapes import GRIDS, Grid, Recurrent

if TYPE_CHECKING:
    from torch import nn

    from netspec.modules.masks import MaskRule


class ZeroPadding(NoisyLayer):
    """Zeros added at the ends of each axis. Shape: C×H×W → C×(top + H + bottom)×(left + W + right).

    DL4J's ZeroPadding1DLayer, ZeroPaddingLayer, ZeroPadding3DLayer.
    """

    type: Literal["zero_padding"] = "zero_padding"
    takes = GRIDS

    padding: Ends
    """Cells added: one number for all ends, one for each axis, or two for each axis, before and after ([top, bottom, left, right])."""

    def infer(self, *inputs: Grid) -> Inferred:
        """Each axis grows."""
        grid = inputs[0]
        added = [sum(both) for both in ends("padding", self.padding, grid)]
        sides = tuple(None if side is None else side + more for side, more in zip(grid.sides, added, strict=True))
        return Inferred(grid.with_sides(grid.channels, sides))

    def foresight(self, *inputs: Grid) -> float:
        """Steps come as much later as there are zeros in front."""
        return -ends("padding", self.padding, inputs[0])[0][0]

    def build(self, *inputs: Grid) -> "nn.Module":
        """torch's ZeroPad."""
        from torch import nn

        found = ends("padding", self.padding, inputs[0])
        amounts = tuple(cells for both in reversed(found) for cells in both)
        if isinstance(inputs[0], Recurrent):
            return nn.ZeroPad2d((0, 0, *amounts))  # type: ignore[arg-type]  # four numbers: N×T×C is padded along T
        return (nn.ZeroPad2d if len(found) == 2 else nn.ZeroPad3d)(amounts)  # type: ignore[arg-type]  # two numbers an axis

    def build_mask(self, *inputs: Grid) -> "MaskRule":
        """What is added counts if the cell does that it lies at."""
        from netspec.modules.masks import edged

        return edged(ends("padding", self.padding, inputs[0]))
