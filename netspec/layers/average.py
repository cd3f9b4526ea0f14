"""Mean of several arrays."""

from typing import TYPE_CHECKING, Literal

from netspec.layers import Inferred
from netspec.layers._combining import Combining, broadcast, check_number
from netspec.shapes import Shape

if TYPE_CHECKING:
    from torch import nn


class Average(Combining):
    """(x₁ + x₂ + …)/n, value by value. Shape: equal ones, or 1 for a size, which counts for each → the larger. DL4J's ElementWiseVertex, op Average."""

    type: Literal["average"] = "average"

    def infer(self, *inputs: Shape) -> Inferred:
        """The common shape."""
        check_number(inputs)
        return Inferred(broadcast(inputs))

    def build(self, *inputs: Shape) -> "nn.Module":
        """netspec's, over any number of arrays."""
        from netspec.modules.average import Average

        return Average()
