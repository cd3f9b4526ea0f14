"""Convolution."""

from math import prod
from typing import TYPE_CHECKING, Literal

from netspec.errors import Refused
from netspec.fields import Counts, Size, Sizes
from netspec.initializers import Fans
from netspec.layers import ActivatedLayer, Inferred, Parameter
from netspec.layers._windows import Mode, Window, two
from netspec.shapes import Convolutional

if TYPE_CHECKING:
    from torch import nn


class Conv(ActivatedLayer):
    """activation(W ⋆ x + b), ⋆ being cross-correlation. Shape: C×H×W → n_out×H'×W', H' = ⌊(H + 2·padding − kernel)/stride⌋ + 1.

    With dilation d a kernel k covers k + (k−1)(d−1). DL4J's ConvolutionLayer; initial weights have its fans.
    """

    type: Literal["conv"] = "conv"
    takes = (Convolutional,)

    n_out: Size
    """Channels this layer produces, one for each filter."""

    kernel: Sizes
    """Height and width of the window: one number, or one for each."""

    stride: Sizes = (1,)
    """Steps between windows: one number, or one for each axis."""

    padding: Counts = (0,)
    """Zeros added on each side: one number, or one for each axis; mode same finds them itself."""

    dilation: Sizes = (1,)
    """Distance between the cells of the window: one number, or one for each axis."""

    mode: Mode = "truncate"
    """What happens at the border: truncate (incomplete windows are dropped), strict (they are an error), same (padded so that H' = ⌈H/stride⌉)."""

    groups: Size = 1
    """Groups of channels that do not see one another; both channel counts must be divisible by it."""

    has_bias: bool = True
    """Whether b is there."""

    def window(self) -> Window:
        """The sliding window. Raises: Refused."""
        if self.mode == "same" and any(self.padding):
            raise Refused("padding", "must be left out in mode same, which finds its own", got=list(self.padding))
        kernel, stride = two("kernel", self.kernel), two("stride", self.stride)
        return Window(kernel, stride, two("padding", self.padding), two("dilation", self.dilation), self.mode)

    def infer(self, *inputs: Convolutional) -> Inferred:
        """C×H×W → n_out×H'×W'."""
        image, window = inputs[0], self.window()
        height, width = window.slide(image)
        for name, channels in (("n_out", self.n_out), ("the input's channels", image.channels)):
            if channels % self.groups:
                raise Refused("groups", f"must divide {name} ({channels})", got=self.groups)
        cells = prod(window.kernel)
        fans = Fans(image.channels // self.groups * cells, self.n_out * cells / prod(window.stride))
        bias = {"bias": Parameter((self.n_out,), "bias", fans)} if self.has_bias else {}
        weight = Parameter((self.n_out, image.channels // self.groups, *window.kernel), fans=fans)
        return Inferred(Convolutional(self.n_out, height, width), {"weight": weight, **bias})

    def build(self, *inputs: Convolutional) -> "nn.Module":
        """torch's Conv2d; in mode same with uneven padding, netspec's, which pads before it."""
        from torch import nn

        from netspec.modules.conv import SamePaddedConv2d

        image, window = inputs[0], self.window()
        left, right, top, bottom = window.same_padding(image) if self.mode == "same" else (0, 0, 0, 0)
        even = left == right and top == bottom
        padding = (top, left) if self.mode == "same" else window.padding
        if even:
            return nn.Conv2d(image.channels, self.n_out, window.kernel, window.stride, padding, window.dilation, self.groups, bias=self.has_bias)  # type: ignore[arg-type]  # pairs of numbers
        return SamePaddedConv2d(
            (left, right, top, bottom), image.channels, self.n_out, window.kernel, window.stride, 0, window.dilation, self.groups, bias=self.has_bias
        )
