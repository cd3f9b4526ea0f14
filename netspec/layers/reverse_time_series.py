"""A sequence from its end to its start."""

from typing import TYPE_CHECKING, Literal

from netspec.layers import Inferred, Layer
from netspec.shapes import Recurrent

if TYPE_CHECKING:
    from torch import nn


class ReverseTimeSeries(Layer):
    """Steps in reverse order. Shape: T×F → the same. DL4J's ReverseTimeSeriesVertex."""

    type: Literal["reverse_time_series"] = "reverse_time_series"
    takes = (Recurrent,)

    def infer(self, *inputs: Recurrent) -> Inferred:
        """T×F stays as it is."""
        return Inferred(inputs[0])

    def build(self, *inputs: Recurrent) -> "nn.Module":
        """netspec's."""
        from netspec.modules.reverse_time_series import ReverseTimeSeries as Module

        return Module()
