"""Batches on top of one another."""

from fractions import Fraction
from typing import TYPE_CHECKING, Literal

from netspec.errors import Refused
from netspec.layers import Inferred
from netspec.layers._combining import Combining, check_number
from netspec.shapes import Shape
from netspec.words import listed

if TYPE_CHECKING:
    from torch import nn

    from netspec.modules.masks import MaskRule


class Stack(Combining):
    """All rows of the first input, then all of the second and so on, so that one layer sees them all. Shape: equal shapes → the same. DL4J's StackVertex."""

    type: Literal["stack"] = "stack"

    def infer(self, *inputs: Shape) -> Inferred:
        """The common shape; n inputs make n rows of one."""
        check_number(inputs)
        if len(set(inputs)) > 1:
            raise Refused("input", f"must be arrays of one shape, got {listed(map(str, inputs), 'and')}")
        return Inferred(inputs[0], rows=Fraction(len(inputs)))

    def build(self, *inputs: Shape) -> "nn.Module":
        """netspec's."""
        from netspec.modules.stack import Stack as Module

        return Module()

    def build_mask(self, *inputs: Shape) -> "MaskRule":
        """Masks on top of one another; an input without one counts in full."""
        from netspec.modules.masks import stacked

        return stacked
