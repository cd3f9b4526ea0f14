"""Cells cut off."""

from typing import TYPE_CHECKING, Literal

from netspec.errors import Refused
from netspec.layers import Inferred, NoisyLayer
from netspec.layers._borders import Ends, ends
from netspec.shapes import GRIDS, Grid, Recurrent

if TYPE_CHECKING:
    from torch import nn

    from netspec.modules.masks import MaskRule


class Cropping(NoisyLayer):
    """Cells cut off at the ends of each axis. Shape: C×H×W → C×(H − top − bottom)×(W − left − right). DL4J's Cropping1D, Cropping2D, Cropping3D."""

    type: Literal["cropping"] = "cropping"
    takes = GRIDS

    cropping: Ends
    """Cells cut off: one number for all ends, one for each axis, or two for each axis, before and after ([top, bottom, left, right])."""

    def infer(self, *inputs: Grid) -> Inferred:
        """Each axis shrinks."""
        grid = inputs[0]
        sides = tuple(_left(side, both, name) for side, both, name in zip(grid.sides, ends("cropping", self.cropping, grid), grid.axes, strict=True))
        return Inferred(grid.with_sides(grid.channels, sides))

    def foresight(self, *inputs: Grid) -> float:
        """As many steps as are cut off in front."""
        return ends("cropping", self.cropping, inputs[0])[0][0]

    def build(self, *inputs: Grid) -> "nn.Module":
        """netspec's."""
        from netspec.modules.cropping import Crop

        return Crop(ends("cropping", self.cropping, inputs[0]), first_axis=1 if isinstance(inputs[0], Recurrent) else 2)

    def build_mask(self, *inputs: Grid) -> "MaskRule":
        """Cut like what it masks."""
        from netspec.modules.masks import through

        return through(self.build(*inputs))


def _left(side: int | None, both: tuple[int, int], name: str) -> int | None:
    if side is not None and sum(both) >= side:
        raise Refused("cropping", f"must leave at least one cell: the {name} is {side}", got=list(both))
    return None if side is None else side - sum(both)
