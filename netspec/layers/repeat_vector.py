"""A vector again and again."""

from typing import TYPE_CHECKING, Literal

from netspec.fields import Size
from netspec.layers import Inferred, NoisyLayer
from netspec.shapes import FeedForward, Recurrent

if TYPE_CHECKING:
    from torch import nn


class RepeatVector(NoisyLayer):
    """A sequence of `times` equal steps. Shape: F → times×F. DL4J's RepeatVector."""

    type: Literal["repeat_vector"] = "repeat_vector"
    takes = (FeedForward,)

    times: Size
    """Steps of the sequence."""

    def infer(self, *inputs: FeedForward) -> Inferred:
        """F → times×F."""
        return Inferred(Recurrent(inputs[0].size, self.times))

    def build(self, *inputs: FeedForward) -> "nn.Module":
        """netspec's."""
        from netspec.modules.repeat_vector import RepeatVector as Module

        return Module(self.times)
