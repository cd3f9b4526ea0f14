"""Sliding windows over images: output sizes and padding by DL4J's convolution modes."""

from dataclasses import dataclass
from typing import Literal

from netspec.errors import Refused
from netspec.fields import per_axis
from netspec.shapes import Convolutional

Mode = Literal["strict", "truncate", "same"]


@dataclass(frozen=True)
class Window:
    """Kernel, stride, padding and dilation for each axis (height, width)."""

    kernel: tuple[int, ...]
    stride: tuple[int, ...]
    padding: tuple[int, ...]
    dilation: tuple[int, ...]
    mode: Mode

    def slide(self, image: Convolutional) -> tuple[int, int]:
        """Height and width of the output. Raises: Refused, showing the arithmetic."""
        height, width = (self._axis(axis, size) for axis, size in enumerate((image.height, image.width)))
        return height, width

    def _axis(self, axis: int, size: int) -> int:
        name = ("height", "width")[axis]
        kernel, stride, padding, dilation = self.kernel[axis], self.stride[axis], self.padding[axis], self.dilation[axis]
        if self.mode == "same":
            return -(-size // stride)
        covered = kernel + (kernel - 1) * (dilation - 1)
        room = size + 2 * padding - covered
        sum_ = f"({size} + 2·{padding} − {covered})/{stride} + 1"
        if room < 0:
            fits = (size + 2 * padding - 1) // dilation + 1
            help_ = f"{sum_} leaves no {name}; use kernel: {fits} or less, or padding: {-(-(covered - size) // 2)}"
            raise Refused("kernel", f"must be at most {fits}: the {name} is {size}, with padding {size + 2 * padding}", got=kernel, help=help_)
        if self.mode == "strict" and room % stride:
            help_ = f"mode: truncate drops the last {room % stride}; mode: same pads instead"
            raise Refused("stride", f"must divide {name} exactly in mode strict: {sum_} is not whole", got=stride, help=help_)
        return room // stride + 1

    def same_padding(self, image: Convolutional) -> tuple[int, int, int, int]:
        """Cells added left, right, top, bottom in mode same: the smaller half first, as DL4J does."""
        top, bottom = self._same(0, image.height)
        left, right = self._same(1, image.width)
        return left, right, top, bottom

    def _same(self, axis: int, size: int) -> tuple[int, int]:
        covered = self.kernel[axis] + (self.kernel[axis] - 1) * (self.dilation[axis] - 1)
        total = max(0, (-(-size // self.stride[axis]) - 1) * self.stride[axis] + covered - size)
        return total // 2, total - total // 2


def two(field: str, values: tuple[int, ...]) -> tuple[int, ...]:
    """One value for height and one for width. Raises: Refused for another count."""
    found = per_axis(values, 2)
    if found is None:
        raise Refused(field, "must be one number, or one for height and one for width", got=list(values))
    return found
