"""Sliding windows over sequences, images and volumes: output sizes and padding by DL4J's convolution modes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NoReturn

from netspec.errors import Refused
from netspec.fields import per_axis
from netspec.shapes import Grid, Recurrent
from netspec.words import listed

Mode = Literal["strict", "truncate", "same", "causal"]


@dataclass(frozen=True)
class Window:
    """Kernel, stride, padding and dilation for each axis: length; height, width; or depth, height, width."""

    kernel: tuple[int, ...]
    stride: tuple[int, ...]
    padding: tuple[int, ...]
    dilation: tuple[int, ...]
    mode: Mode

    @property
    def covered(self) -> tuple[int, ...]:
        """Cells from a kernel's first to its last, those between included."""
        return tuple(kernel + (kernel - 1) * (dilation - 1) for kernel, dilation in zip(self.kernel, self.dilation, strict=True))

    @property
    def foresight(self) -> int:
        """Cells of the first axis that it sees beyond the one that it stands at, as a step of a sequence; below 0: only such before it."""
        if self.mode == "causal":
            return 0
        return self.covered[0] // 2 if self.mode == "same" else self.covered[0] - 1 - self.padding[0]

    @property
    def finds_padding(self) -> bool:
        """Whether the mode says what is padded."""
        return self.mode in ("same", "causal")

    def slide(self, grid: Grid) -> tuple[int | None, ...]:
        """Sizes of the output, None where the input's varies. Raises: Refused, showing the arithmetic."""
        return tuple(None if size is None else self._axis(axis, name, size) for axis, (name, size) in enumerate(zip(grid.axes, grid.sides, strict=True)))

    def _axis(self, axis: int, name: str, size: int) -> int:
        covered, stride, padding = self.covered[axis], self.stride[axis], self.padding[axis]
        if self.finds_padding:
            return -(-size // stride)
        room = size + 2 * padding - covered
        sum_ = f"({size} + 2·{padding} − {covered})/{stride} + 1"
        if room < 0:
            self._refuse_size(axis, name, size, sum_)
        if self.mode == "strict" and room % stride:
            help_ = f"mode: truncate drops the last {room % stride}; mode: same pads instead"
            raise Refused("stride", f"must divide {name} exactly in mode strict: {sum_} is not whole", got=stride, help=help_)
        return room // stride + 1

    def _refuse_size(self, axis: int, name: str, size: int, sum_: str) -> NoReturn:
        padded = size + 2 * self.padding[axis]
        fits = (padded - 1) // self.dilation[axis] + 1
        help_ = f"{sum_} leaves no {name}; use kernel: {fits} or less, or padding: {-(-(self.covered[axis] - size) // 2)}"
        raise Refused("kernel", f"must be at most {fits}: the {name} is {size}, with padding {padded}", got=self.kernel[axis], help=help_)

    def border(self, sizes: Sequence[int]) -> tuple[int, ...]:
        """Cells added before and after each axis, the last axis first as torch's `pad` wants them.

        In mode same the smaller half comes first, as in DL4J; in mode causal all come first.
        """
        ends = [self._ends(axis, size) for axis, size in enumerate(sizes)]
        return tuple(cells for both in reversed(ends) for cells in both)

    def _ends(self, axis: int, size: int) -> tuple[int, int]:
        if self.mode == "causal":
            return self.covered[axis] - 1, 0
        if self.mode != "same":
            return self.padding[axis], self.padding[axis]
        total = max(0, (-(-size // self.stride[axis]) - 1) * self.stride[axis] + self.covered[axis] - size)
        return total // 2, total - total // 2

    def even_padding(self, grid: Grid) -> tuple[int, ...] | None:
        """Padding that is the same on both sides of each axis; None where it differs, or depends on a size that varies."""
        if not self.finds_padding:
            return self.padding
        if None in grid.sides:
            return None
        ends = [self._ends(axis, size) for axis, size in enumerate(grid.sides) if size is not None]
        return tuple(before for before, _ in ends) if all(before == after for before, after in ends) else None


def window(grid: Grid, mode: Mode, **sizes: tuple[int, ...]) -> Window:
    """The window for this kind of input. Raises: Refused, by field, where sizes and mode do not fit it or one another."""
    if mode == "causal" and not isinstance(grid, Recurrent):
        raise Refused("mode", f"must be strict, truncate or same on {grid.kind}: causal is for sequences", got=mode)
    if mode in ("same", "causal") and any(sizes["padding"]):
        raise Refused("padding", f"must be left out in mode {mode}, which finds its own", got=list(sizes["padding"]))
    return Window(mode=mode, **{field: each(field, values, grid) for field, values in sizes.items()})


def each(field: str, values: tuple[int, ...], grid: Grid) -> tuple[int, ...]:
    """One value for each axis. Raises: Refused for another count."""
    found = per_axis(values, len(grid.axes))
    if found is None:
        several = listed([f"one for {name}" for name in grid.axes], "and") if len(grid.axes) > 1 else ""
        raise Refused(field, f"must be one number{', or ' if several else ''}{several}", got=list(values))
    return found
