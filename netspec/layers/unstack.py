"""One of several batches that lie on top of one another."""

from fractions import Fraction
from typing import TYPE_CHECKING, Literal

from netspec.errors import Refused
from netspec.fields import Count, Size
from netspec.layers import Inferred, Layer
from netspec.shapes import KINDS, Shape

if TYPE_CHECKING:
    from torch import nn

    from netspec.modules.masks import MaskRule


class Unstack(Layer):
    """Part number `part` of a stack of `parts` equal batches. Shape: any → the same. DL4J's UnstackVertex."""

    type: Literal["unstack"] = "unstack"
    takes = KINDS

    part: Count
    """Which part of the stack to take, from 0."""

    parts: Size
    """How many batches were stacked."""

    def infer(self, *inputs: Shape) -> Inferred:
        """Any shape stays as it is; one row of `parts`."""
        if self.part >= self.parts:
            raise Refused("part", f"must be less than `parts` ({self.parts})", got=self.part)
        return Inferred(inputs[0], rows=Fraction(1, self.parts))

    def build(self, *inputs: Shape) -> "nn.Module":
        """netspec's."""
        from netspec.modules.unstack import Unstack as Module

        return Module(self.part, self.parts)

    def build_mask(self, *inputs: Shape) -> "MaskRule":
        """The same rows of the mask."""
        from netspec.modules.unstack import Unstack as Module

        part = Module(self.part, self.parts)
        return lambda masks, _: None if masks[0] is None else part(masks[0])
