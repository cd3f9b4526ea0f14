"""The same values in another shape."""

from math import inf
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BeforeValidator

from netspec.errors import Refused
from netspec.layers import Inferred, Layer
from netspec.shapes import KINDS, Shape, count, parse_shape

if TYPE_CHECKING:
    from torch import nn


def _text(value: Any) -> Any:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


class Reshape(Layer):
    """The values of an example, in order, in another shape. Shape: any of known length → `to`. DL4J's ReshapeVertex."""

    type: Literal["reshape"] = "reshape"
    takes = KINDS
    zeroes_masked = "input"

    to: Annotated[str, BeforeValidator(_text)]
    """The new shape: 784, 20x8 (steps x features), 1x28x28 (channels x height x width) …"""

    order: Literal["c", "f"] = "c"
    """In which order values are read and written: c (the last axis runs fastest, as torch counts) or f (the first does)."""

    features_first: bool = False
    """Whether a sequence is counted as features x steps, as DL4J counts it, instead of steps x features."""

    def infer(self, *inputs: Shape) -> Inferred:
        """As many values."""
        shape = parse_shape(self.to)
        if shape is None:
            raise Refused("to", "must be sizes like 784, 20x8 or 1x28x28", got=self.to)
        there = count(inputs[0])
        if there is None:
            raise Refused("", f"must have an input of known length, got {inputs[0]}")
        if count(shape) != there:
            raise Refused("to", f"must have as many values as its input, {inputs[0]} ({there:,})", got=self.to)
        return Inferred(shape)

    def foresight(self, *inputs: Shape) -> float:
        """Steps are others than before."""
        return inf

    def build(self, *inputs: Shape) -> "nn.Module":
        """netspec's."""
        from netspec.modules.reshape import Reshape as Module

        dims = [size or 0 for size in self.infer(*inputs).output.dims]
        return Module(dims, self.order, features_first=self.features_first)
