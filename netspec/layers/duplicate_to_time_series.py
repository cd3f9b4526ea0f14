"""A vector at every step of a sequence."""

from typing import TYPE_CHECKING, Literal

from netspec.errors import Refused
from netspec.layers import Inferred, Layer
from netspec.layers._combining import check_number
from netspec.shapes import FeedForward, Recurrent

if TYPE_CHECKING:
    from torch import nn

    from netspec.modules.masks import MaskRule


class DuplicateToTimeSeries(Layer):
    """The first input, a vector, once for each step of the second, a sequence. Shape: F, T×G → T×F. DL4J's DuplicateToTimeSeriesVertex."""

    type: Literal["duplicate_to_time_series"] = "duplicate_to_time_series"
    takes = (FeedForward, Recurrent)
    several_inputs = True

    def infer(self, *inputs: FeedForward | Recurrent) -> Inferred:
        """F, T×G → T×F."""
        check_number(inputs, exactly=2)
        vector, sequence = inputs
        if not isinstance(vector, FeedForward) or not isinstance(sequence, Recurrent):
            raise Refused("input", f"must be a flat vector, then a sequence, got {vector.kind}, then {sequence.kind}")
        return Inferred(Recurrent(vector.size, sequence.length))

    def build(self, *inputs: FeedForward | Recurrent) -> "nn.Module":
        """netspec's."""
        from netspec.modules.duplicate_to_time_series import DuplicateToTimeSeries as Module

        return Module()

    def build_mask(self, *inputs: FeedForward | Recurrent) -> "MaskRule":
        """That of the sequence."""
        from netspec.modules.masks import second

        return second
