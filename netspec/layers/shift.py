"""A number added to every value."""

from typing import TYPE_CHECKING, Literal

from netspec.layers import Inferred, Layer
from netspec.shapes import KINDS, Shape

if TYPE_CHECKING:
    from torch import nn


class Shift(Layer):
    """x + offset. Shape: any → the same. DL4J's ShiftVertex."""

    type: Literal["shift"] = "shift"
    takes = KINDS

    offset: float
    """Number added to every value."""

    def infer(self, *inputs: Shape) -> Inferred:
        """Any shape stays as it is."""
        return Inferred(inputs[0])

    def build(self, *inputs: Shape) -> "nn.Module":
        """netspec's."""
        from netspec.modules.shift import Shift as Module

        return Module(self.offset)
