"""Pooling."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Literal

from netspec.component import Inherit, unset
from netspec.errors import Refused
from netspec.fields import Counts, Sizes
from netspec.layers import Inferred, MaskedLayer, NoisyLayer
from netspec.layers._pooling import Exponent, Pooling, check_exponent
from netspec.shapes import GRIDS, Grid, Recurrent
from netspec.windows import Mode, Window, window

if TYPE_CHECKING:
    from torch import nn

    from netspec.modules.masks import MaskRule


class Subsampling(NoisyLayer, MaskedLayer):
    """Largest value, average, sum or p-norm (Σ|x|^p)^(1/p) of each window of a sequence, an image or a volume.

    Masked steps count as padding does; a window of nothing else gives 0.

    Shape: C×H×W → C×H'×W', H' = ⌊(H + 2·padding − kernel)/stride⌋ + 1. DL4J's SubsamplingLayer, Subsampling1DLayer, Subsampling3DLayer.
    """

    type: Literal["subsampling"] = "subsampling"
    takes = GRIDS
    takes_mask = True

    pooling: Pooling = "max"
    """What is taken of each window: max, avg, sum or pnorm."""

    p: Exponent = unset()
    """The p of pnorm, at least 1; 2 is the Euclidean norm."""

    kernel: Sizes
    """Size of the window: one number, or one for each axis (length; height, width; depth, height, width)."""

    stride: Annotated[Sizes, Inherit(from_network=False)] = unset()
    """Steps between windows: one number, or one for each axis; the kernel when nothing is said."""

    padding: Counts = (0,)
    """Cells added on each side, never the largest, and 0 in sums; modes same and causal find them themselves."""

    dilation: Sizes = (1,)
    """Distance between the cells of the window: one number, or one for each axis."""

    count_padding: bool = False
    """Whether added cells count in the divisor of averages."""

    mode: Mode = "truncate"
    """What happens at the border: truncate (incomplete windows are dropped), strict (they are an error), same (padded so that H' = ⌈H/stride⌉),
    causal (sequences: padded before the first step only)."""

    def defaults(self) -> Mapping[str, object]:
        """Windows that touch and do not overlap."""
        return {**super().defaults(), "stride": self.kernel}

    def because(self, name: str) -> str:
        """The kernel decides the stride."""
        return "as the kernel" if name == "stride" else super().because(name)

    @property
    def takes_largest(self) -> bool:
        """True for max pooling."""
        return self.pooling == "max"

    def hears_masks(self, *inputs: Grid) -> bool:
        """Those of sequences."""
        return super().hears_masks(*inputs) and isinstance(inputs[0], Recurrent)

    def window(self, grid: Grid) -> Window:
        """The sliding window. Raises: Refused."""
        sizes = {"kernel": self.kernel, "stride": self.stride or self.kernel, "padding": self.padding, "dilation": self.dilation}
        found = window(grid, self.mode, **sizes)
        if any(2 * pad > size for pad, size in zip(found.padding, found.kernel, strict=True)):
            raise Refused("padding", "must be at most half the kernel", got=list(self.padding))
        return found

    def infer(self, *inputs: Grid) -> Inferred:
        """C×H×W → C×H'×W'."""
        check_exponent(self.pooling, self.p)
        if self.count_padding and self.pooling != "avg":
            raise Refused("count_padding", f"must be left out for pooling {self.pooling}, which divides by nothing", got=self.count_padding)
        return Inferred(inputs[0].with_sides(inputs[0].channels, self.window(inputs[0]).slide(inputs[0])))

    def build(self, *inputs: Grid) -> "nn.Module":
        """torch's MaxPool or AvgPool for images and volumes padded alike on both sides; else netspec's."""
        from netspec.modules.subsampling import pooling

        found = self.window(inputs[0])
        return pooling(self.pooling, found, found.even_padding(inputs[0]), p=self.p, count_padding=self.count_padding)

    def foresight(self, *inputs: Grid) -> float:
        """What the window sees beyond the step that it stands at."""
        return self.window(inputs[0]).foresight

    def build_mask(self, *inputs: Grid) -> "MaskRule":
        """A step or position counts if any does in its window."""
        from netspec.modules.subsampling import windowed

        return windowed(self.window(inputs[0]))
