"""A block of layers whose input is added to its output."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Literal

from netspec.activations import Activation
from netspec.blocks import Block, Chain, Layers
from netspec.component import Inherit, unset
from netspec.errors import Refused
from netspec.layers import Inferred
from netspec.shapes import GRIDS, KINDS, Shape, features

if TYPE_CHECKING:
    from torch import nn


class Residual(Block):
    """activation(f(x) + x), or activation(f(x) + shortcut(x)) where f changes the shape. Shape: f's output.

    Source: He et al., "Deep residual learning for image recognition", 2015.
    """

    type: Literal["residual"] = "residual"
    takes = KINDS

    shortcut: Layers = unset()
    """Layers that bring the input to the shape of the output, where the two differ; without, the input is added as it is."""

    activation: Annotated[Activation, Inherit(from_network=False)] = unset()
    """Function of the sum; none when nothing is said."""

    def defaults(self) -> Mapping[str, object]:
        """The plain sum."""
        return {"activation": "identity"}

    def chains(self) -> tuple[Chain, ...]:
        """What is added, then what it is added to, where that is more than the input."""
        return (Chain("layers"), Chain("shortcut", "shortcut")) if self.shortcut else (Chain("layers"),)

    def joins(self) -> tuple[int | None, ...]:
        """The sum of the two ways."""
        return (0, 1 if self.shortcut else None)

    def infer(self, *inputs: Shape) -> Inferred:
        """The shape that both ways have."""
        result, carried = inputs
        if not _alike(result, carried) and self.shortcut:
            raise Refused("shortcut", f"must give {result}, as `layers` do, and it gives {carried}")
        if not _alike(result, carried):
            rule = f"must give back the shape that it takes, to add the two: {carried} goes in, {result} comes out"
            raise Refused("", rule, help=f"a shortcut brings the input to that shape: shortcut: [{_example(carried, result)}]")
        return Inferred(result)

    def build(self, *inputs: Shape) -> "nn.Module":
        """netspec's sum."""
        from netspec.modules.add import Add

        return Add()


def _alike(one: Shape, other: Shape) -> bool:
    """Whether two shapes are the same, as far as they are known."""
    return type(one) is type(other) and all(first == second or None in (first, second) for first, second in zip(one.dims, other.dims, strict=True))


def _example(before: Shape, after: Shape) -> str:
    if not (isinstance(before, GRIDS) and type(before) is type(after)) or before.sides == after.sides:
        tag, kernel = ("conv", "kernel: 1, ") if isinstance(after, GRIDS) and after.kind != "a sequence" else ("dense", "")
        return f"{{type: {tag}, n_out: {features(after)}, {kernel}activation: identity}}"
    return f"{{type: conv, n_out: {features(after)}, kernel: 1, stride: {_stride(before.sides[0], after.sides[0])}, activation: identity}}"


def _stride(before: int | None, after: int | None) -> int:
    return max(1, -(-before // after)) if before and after else 2
