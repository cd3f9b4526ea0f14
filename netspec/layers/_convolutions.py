"""What convolutions of all kinds share: a window with weights, slid over a sequence, an image or a volume."""

from math import prod
from typing import TYPE_CHECKING, ClassVar

from netspec.fields import Counts, Size, Sizes
from netspec.initializers import Fans
from netspec.layers import ActivatedLayer, MaskedLayer, Parameter, WeightedLayer
from netspec.shapes import GRIDS, Grid, Shape
from netspec.windows import Mode, Window, window

if TYPE_CHECKING:
    from torch import nn

    from netspec.modules.masks import MaskRule


class Filtering(ActivatedLayer):
    """A layer that says how many channels it makes."""

    n_out: Size
    """Channels this layer produces, one for each filter."""


class Sliding(WeightedLayer):
    """A window with weights; sizes of the kernel, strides and so on are one number, or one for each axis."""

    takes: ClassVar[tuple[type[Shape], ...]] = GRIDS

    kernel: Sizes
    """Size of the window: one number, or one for each axis (length; height, width; depth, height, width)."""

    stride: Sizes = (1,)
    """Steps between windows: one number, or one for each axis."""

    padding: Counts = (0,)
    """Zeros added on each side: one number, or one for each axis; modes same and causal find them themselves."""

    dilation: Sizes = (1,)
    """Distance between the cells of the window: one number, or one for each axis."""

    mode: Mode = "truncate"
    """What happens at the border: truncate (incomplete windows are dropped), strict (they are an error), same (padded so that H' = ⌈H/stride⌉),
    causal (sequences: padded before the first step only)."""

    has_bias: bool = True
    """Whether b is there."""

    def window(self, grid: Grid) -> Window:
        """The sliding window. Raises: Refused."""
        return window(grid, self.mode, kernel=self.kernel, stride=self.stride, padding=self.padding, dilation=self.dilation)

    def foresight(self, *inputs: Grid) -> float:
        """What the window sees beyond the step that it stands at."""
        return self.window(inputs[0]).foresight

    def bias(self, size: int, fans: Fans) -> dict[str, Parameter]:
        """b, where there is one."""
        return {"bias": Parameter((size,), "bias", fans)} if self.has_bias else {}


class Convolution(Sliding, ActivatedLayer, MaskedLayer):
    """A window with weights whose result goes through an activation. Masked steps are 0 in it, as padding is."""

    zeroes_masked = "input"

    def build_mask(self, *inputs: Grid) -> "MaskRule":
        """A step or position counts if any does that its window sees."""
        from netspec.modules.subsampling import windowed

        return windowed(self.window(inputs[0]))

    def slid(self, grid: Grid, n_out: int, groups: int = 1) -> "nn.Module":
        """The module that slides the window over `groups` of channels, `n_out` results in all."""
        from netspec.modules.conv import convolution

        found = self.window(grid)
        return convolution(found, found.even_padding(grid), (grid.channels, n_out), groups=groups, bias=self.has_bias)


def fans(window: Window, into: int, out: int) -> Fans:
    """DL4J's: cells of the kernel count, and the stride divides the fan-out."""
    cells = prod(window.kernel)
    return Fans(into * cells, out * cells / prod(window.stride))
