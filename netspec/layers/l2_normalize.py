"""Vectors of length 1."""

from math import inf
from typing import TYPE_CHECKING, Literal

from netspec.fields import Positive
from netspec.layers import Inferred, Layer
from netspec.shapes import KINDS, Shape

if TYPE_CHECKING:
    from torch import nn


class L2Normalize(Layer):
    """x/max(‖x‖₂, epsilon). Shape: any → the same. DL4J's L2NormalizeVertex."""

    type: Literal["l2_normalize"] = "l2_normalize"
    takes = KINDS
    zeroes_masked = "input"

    over: Literal["example", "features"] = "example"
    """Whose length becomes 1: all values of an example together, or the features of each step or position."""

    epsilon: Positive = 1e-8
    """Least length to divide by."""

    def infer(self, *inputs: Shape) -> Inferred:
        """Any shape stays as it is."""
        return Inferred(inputs[0])

    def foresight(self, *inputs: Shape) -> float:
        """All steps, where they have one length together."""
        return inf if self.over == "example" else 0

    def build(self, *inputs: Shape) -> "nn.Module":
        """netspec's."""
        from netspec.modules.l2_normalize import L2Normalize as Module

        return Module(self.over, self.epsilon)
