"""Every value times a number."""

from typing import TYPE_CHECKING, Literal

from netspec.layers import Inferred, Layer
from netspec.shapes import KINDS, Shape

if TYPE_CHECKING:
    from torch import nn


class Scale(Layer):
    """factor·x. Shape: any → the same. DL4J's ScaleVertex."""

    type: Literal["scale"] = "scale"
    takes = KINDS

    factor: float
    """Number that every value is multiplied by."""

    def infer(self, *inputs: Shape) -> Inferred:
        """Any shape stays as it is."""
        return Inferred(inputs[0])

    def build(self, *inputs: Shape) -> "nn.Module":
        """netspec's."""
        from netspec.modules.scale import Scale as Module

        return Module(self.factor)
