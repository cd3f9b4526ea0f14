"""A sequence from its end to its start."""

from typing import TYPE_CHECKING, Literal

from netspec.layers import Inferred, MaskedLayer
from netspec.shapes import Recurrent

if TYPE_CHECKING:
    from torch import nn


class ReverseTimeSeries(MaskedLayer):
    """Steps in reverse order, those that are masked left out and 0. Shape: T×F → the same. DL4J's ReverseTimeSeriesVertex."""

    type: Literal["reverse_time_series"] = "reverse_time_series"
    takes = (Recurrent,)
    takes_mask = True
    whole_sequences = True

    def infer(self, *inputs: Recurrent) -> Inferred:
        """T×F stays as it is."""
        return Inferred(inputs[0])

    def build(self, *inputs: Recurrent) -> "nn.Module":
        """netspec's."""
        from netspec.modules.reverse_time_series import ReverseTimeSeries as Module

        return Module()
