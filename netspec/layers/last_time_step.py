"""From a sequence to its last step."""

from typing import TYPE_CHECKING, Literal

from netspec.layers import Inferred, MaskedLayer
from netspec.shapes import FeedForward, Recurrent

if TYPE_CHECKING:
    from torch import nn


class LastTimeStep(MaskedLayer):
    """The last step of a sequence that is not masked; 0 where all are. Shape: T×F → F. DL4J's LastTimeStepVertex."""

    type: Literal["last_time_step"] = "last_time_step"
    takes = (Recurrent,)
    takes_mask = True

    def infer(self, *inputs: Recurrent) -> Inferred:
        """T×F → F."""
        return Inferred(FeedForward(inputs[0].size))

    def build(self, *inputs: Recurrent) -> "nn.Module":
        """netspec's."""
        from netspec.modules.last_time_step import LastTimeStep as Module

        return Module()
