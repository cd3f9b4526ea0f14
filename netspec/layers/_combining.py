"""What layers with several inputs share: how many they take, and that these are of one kind."""

from typing import TYPE_CHECKING

from netspec.errors import Refused
from netspec.layers import Layer
from netspec.shapes import KINDS, Shape, of_kind
from netspec.words import listed

if TYPE_CHECKING:
    from netspec.modules.masks import MaskRule


class Combining(Layer):
    """A layer that makes one array of two or more of the same kind."""

    takes = KINDS
    several_inputs = True

    def build_mask(self, *inputs: Shape) -> "MaskRule":
        """What counts in any input, as in DL4J; none where one of them has none, or where the output is of another kind."""
        from netspec.modules.masks import ended, union

        return union if isinstance(self.infer(*inputs).output, type(inputs[0])) else ended


def check_number(shapes: tuple[Shape, ...], exactly: int | None = None) -> None:
    """Raises: Refused for one input, or for another number than `exactly`."""
    if exactly is not None and len(shapes) != exactly:
        raise Refused("input", f"must name exactly {exactly} layers or inputs, got {len(shapes)}")
    if len(shapes) < 2:
        raise Refused("input", "must name two or more layers or inputs", help="for example input: [a, b]")


def check_kind(shapes: tuple[Shape, ...]) -> None:
    """Raises: Refused for arrays of different kinds."""
    if len({type(shape) for shape in shapes}) > 1:
        raise Refused("input", f"must be arrays of one kind, got {listed([f'{shape.kind} ({shape})' for shape in shapes], 'and')}")


def broadcast(shapes: tuple[Shape, ...]) -> Shape:
    """The shape of what is combined value by value: sizes are equal, or 1, which counts for each. Raises: Refused."""
    check_kind(shapes)
    dims = tuple(_common(sizes, shapes) for sizes in zip(*(shape.dims for shape in shapes), strict=True))
    return of_kind(type(shapes[0]), dims)


def _common(sizes: tuple[int | None, ...], shapes: tuple[Shape, ...]) -> int | None:
    several = {size for size in sizes if size not in (None, 1)}
    if len(several) > 1:
        raise Refused("input", f"must be arrays of the same sizes, or 1 in place of a size, got {listed(map(str, shapes), 'and')}")
    return next(iter(several)) if several else None if None in sizes else 1
