"""Distance of two arrays."""

from typing import TYPE_CHECKING, Literal

from netspec.layers import Inferred
from netspec.layers._combining import Combining, broadcast, check_number
from netspec.shapes import FeedForward, Shape

if TYPE_CHECKING:
    from torch import nn


class L2(Combining):
    """‖x₁ − x₂‖₂ over all values of an example; its gradient is 0 where both are equal. Shape: two equal shapes → 1. DL4J's L2Vertex."""

    type: Literal["l2"] = "l2"
    zeroes_masked = "input"

    def infer(self, *inputs: Shape) -> Inferred:
        """Any shape → 1."""
        check_number(inputs, exactly=2)
        broadcast(inputs)
        return Inferred(FeedForward(1))

    def build(self, *inputs: Shape) -> "nn.Module":
        """netspec's."""
        from netspec.modules.l2 import Distance

        return Distance()
