"""Semantic shapes of one example: a kind and its sizes, never a bare tuple.

The kinds are DL4J's InputTypes. Arrays are laid out as PyTorch users have them, batch first:
`FeedForward` N×F, `Recurrent` N×T×F, `Convolutional` N×C×H×W, `Convolutional3D` N×C×D×H×W.
"""

import re
from dataclasses import dataclass, replace
from math import prod
from typing import ClassVar, Self


@dataclass(frozen=True)
class FeedForward:
    """A flat vector of `size` features."""

    size: int
    kind: ClassVar[str] = "a flat vector"

    @property
    def dims(self) -> tuple[int | None, ...]:
        """Sizes of one example's array, in order; None where it varies."""
        return (self.size,)

    def __str__(self) -> str:
        return str(self.size)


@dataclass(frozen=True)
class Recurrent:
    """A sequence of `length` steps (None: any number) with `size` features each."""

    size: int
    length: int | None = None
    kind: ClassVar[str] = "a sequence"
    axes: ClassVar[tuple[str, ...]] = ("length",)
    """Names of the axes that a window slides along."""

    @property
    def channels(self) -> int:
        """Features of a step."""
        return self.size

    @property
    def sides(self) -> tuple[int | None, ...]:
        """Sizes of the axes that a window slides along."""
        return (self.length,)

    def with_sides(self, channels: int, sides: tuple[int | None, ...]) -> Self:
        """The same kind with other sizes."""
        return type(self)(channels, *sides)

    @property
    def dims(self) -> tuple[int | None, ...]:
        """Sizes of one example's array, in order; None where it varies."""
        return (self.length, self.size)

    def __str__(self) -> str:
        return f"{'T' if self.length is None else self.length}x{self.size}"


@dataclass(frozen=True)
class Convolutional:
    """An image: channels × height × width."""

    channels: int
    height: int
    width: int
    kind: ClassVar[str] = "an image"
    axes: ClassVar[tuple[str, ...]] = ("height", "width")
    """Names of the axes that a window slides along."""

    @property
    def sides(self) -> tuple[int | None, ...]:
        """Sizes of the axes that a window slides along."""
        return (self.height, self.width)

    def with_sides(self, channels: int, sides: tuple[int | None, ...]) -> Self:
        """The same kind with other sizes."""
        return type(self)(channels, *(side or 0 for side in sides))

    @property
    def dims(self) -> tuple[int | None, ...]:
        """Sizes of one example's array, in order."""
        return (self.channels, self.height, self.width)

    @property
    def size(self) -> int:
        """How many values one example holds."""
        return self.channels * self.height * self.width

    def __str__(self) -> str:
        return f"{self.channels}x{self.height}x{self.width}"


@dataclass(frozen=True)
class Convolutional3D:
    """A volume: channels × depth × height × width."""

    channels: int
    depth: int
    height: int
    width: int
    kind: ClassVar[str] = "a volume"
    axes: ClassVar[tuple[str, ...]] = ("depth", "height", "width")
    """Names of the axes that a window slides along."""

    @property
    def sides(self) -> tuple[int | None, ...]:
        """Sizes of the axes that a window slides along."""
        return (self.depth, self.height, self.width)

    def with_sides(self, channels: int, sides: tuple[int | None, ...]) -> Self:
        """The same kind with other sizes."""
        return type(self)(channels, *(side or 0 for side in sides))

    @property
    def dims(self) -> tuple[int | None, ...]:
        """Sizes of one example's array, in order."""
        return (self.channels, self.depth, self.height, self.width)

    @property
    def size(self) -> int:
        """How many values one example holds."""
        return self.channels * self.depth * self.height * self.width

    def __str__(self) -> str:
        return f"{self.channels}x{self.depth}x{self.height}x{self.width}"


Shape = FeedForward | Recurrent | Convolutional | Convolutional3D
KINDS: tuple[type[Shape], ...] = (FeedForward, Recurrent, Convolutional, Convolutional3D)
Grid = Recurrent | Convolutional | Convolutional3D
"""Channels at each cell of a line, a plane or a space: what windows slide over."""

GRIDS = (Convolutional, Recurrent, Convolutional3D)
_BY_RANK: dict[int, type[Shape]] = {1: FeedForward, 3: Convolutional, 4: Convolutional3D}
_SIZES = re.compile(r"[1-9][0-9]{0,8}(x[1-9][0-9]{0,8})*")


def parse_shape(text: str) -> Shape | None:
    """Read `784` or `1x28x28`; None when the text is not a shape.

    >>> parse_shape("1x28x28"), parse_shape("784"), parse_shape("28x")
    (Convolutional(channels=1, height=28, width=28), FeedForward(size=784), None)
    """
    if not _SIZES.fullmatch(text):
        return None
    sizes = [int(part) for part in text.split("x")]
    return from_sizes(sizes)


def from_sizes(sizes: "list[int] | tuple[int, ...]") -> Shape | None:
    """The shape of an array without its batch axis: 1 axis flat, 2 a sequence, 3 an image, 4 a volume."""
    if len(sizes) == 2:
        return Recurrent(size=sizes[1], length=sizes[0])
    kind = _BY_RANK.get(len(sizes))
    return kind(*sizes) if kind else None


def features(shape: Shape) -> int:
    """Channels of an image or volume, features of a vector or of a step of a sequence."""
    return shape.size if isinstance(shape, FeedForward) else shape.channels


def sides(shape: Shape) -> tuple[type[Shape], tuple[int | None, ...]]:
    """The kind, and the sizes of the axes along which there are steps or positions: what a mask fits or does not."""
    return type(shape), () if isinstance(shape, FeedForward) else shape.sides


def count(shape: Shape) -> int | None:
    """How many values one example holds; None where a length varies."""
    dims = shape.dims
    return None if None in dims else prod(size for size in dims if size is not None)


def with_features(shape: Shape, number: int) -> Shape:
    """The same steps or positions with another number of features.

    >>> with_features(Convolutional(3, 8, 8), 5)
    Convolutional(channels=5, height=8, width=8)
    """
    if isinstance(shape, Convolutional | Convolutional3D):
        return replace(shape, channels=number)
    return replace(shape, size=number)


def of_kind(kind: type[Shape], dims: "tuple[int | None, ...]") -> Shape:
    """A shape of this kind from the sizes of one example's array, in order."""
    if kind is Recurrent:
        return Recurrent(size=dims[1] or 0, length=dims[0])
    return kind(*(size or 0 for size in dims))
