"""Pooling."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Literal

from netspec.component import Inherit, unset
from netspec.errors import Refused
from netspec.fields import Counts, Sizes
from netspec.layers import Inferred, NoisyLayer
from netspec.layers._windows import Mode, Window, two
from netspec.shapes import Convolutional

if TYPE_CHECKING:
    from torch import nn


class Subsampling(NoisyLayer):
    """Largest value or average of each window. Shape: C×H×W → C×H'×W', H' = ⌊(H + 2·padding − kernel)/stride⌋ + 1. DL4J's SubsamplingLayer."""

    type: Literal["subsampling"] = "subsampling"
    takes = (Convolutional,)

    pooling: Literal["max", "avg"] = "max"
    """What is taken of each window: its largest value or its average."""

    kernel: Sizes
    """Height and width of the window: one number, or one for each."""

    stride: Annotated[Sizes, Inherit(from_network=False)] = unset()
    """Steps between windows: one number, or one for each axis; the kernel when nothing is said."""

    padding: Counts = (0,)
    """Cells added on each side, never the largest and, for averages, not counted; mode same finds them itself."""

    mode: Mode = "truncate"
    """What happens at the border: truncate (incomplete windows are dropped), strict (they are an error), same (padded so that H' = ⌈H/stride⌉)."""

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

    def window(self) -> Window:
        """The sliding window. Raises: Refused."""
        kernel, padding = two("kernel", self.kernel), two("padding", self.padding)
        if self.mode == "same" and any(padding):
            raise Refused("padding", "must be left out in mode same, which finds its own", got=list(self.padding))
        if any(2 * pad > size for pad, size in zip(padding, kernel, strict=True)):
            raise Refused("padding", "must be at most half the kernel", got=list(self.padding))
        stride = two("stride", self.stride or self.kernel)
        return Window(kernel, stride, padding, (1, 1), self.mode)

    def infer(self, *inputs: Convolutional) -> Inferred:
        """C×H×W → C×H'×W'."""
        return Inferred(Convolutional(inputs[0].channels, *self.window().slide(inputs[0])))

    def build(self, *inputs: Convolutional) -> "nn.Module":
        """torch's MaxPool2d or AvgPool2d; in mode same, netspec's, which pads before it."""
        from torch import nn

        from netspec.modules.subsampling import SamePaddedPool2d

        window = self.window()
        border = window.same_padding(inputs[0]) if self.mode == "same" else (0, 0, 0, 0)
        if any(border):
            return SamePaddedPool2d(self.pooling, window.kernel, window.stride, border)
        if self.pooling == "max":
            return nn.MaxPool2d(window.kernel, window.stride, window.padding)
        return nn.AvgPool2d(window.kernel, window.stride, window.padding, count_include_pad=False)  # type: ignore[arg-type]  # pairs of numbers
