"""A layer for vectors, step by step."""

from typing import TYPE_CHECKING, Literal

from netspec.errors import Refused
from netspec.layers import Inferred, Layer
from netspec.shapes import FeedForward, Recurrent
from netspec.wrappers import Wrapper, named

if TYPE_CHECKING:
    from torch import nn


class TimeDistributed(Wrapper):
    """The layer inside, on each step by itself, with the same weights. Shape: T×F → T×n_out. DL4J's TimeDistributed; dense does so by itself."""

    type: Literal["time_distributed"] = "time_distributed"
    takes = (Recurrent,)
    zeroes_masked = "both"
    around = "a layer that takes flat vectors, and gives some"

    @classmethod
    def fits(cls, layer: Layer) -> bool:
        """Layers for vectors of numbers, which do not compare the rows of a batch."""
        return FeedForward in layer.takes and not (layer.several_inputs or layer.takes_indices) and layer.least_batch == 1

    def infer(self, *inputs: Recurrent) -> Inferred:
        """T×F → T×n_out."""
        one = self.layer.infer(FeedForward(inputs[0].size))
        if not isinstance(one.output, FeedForward) or one.rows != 1:
            raise Refused("layer", f"must be {self.around}", got=self.layer.type)
        return Inferred(Recurrent(one.output.size, inputs[0].length), named("layer", one.parameters))

    def build(self, *inputs: Recurrent) -> "nn.Module":
        """netspec's."""
        from netspec.modules.time_distributed import TimeDistributed as Module

        return Module(self.layer.build(FeedForward(inputs[0].size)))

    def settle(self, module: "nn.Module") -> None:
        """The one inside."""
        self.layer.settle(module.get_submodule("layer"))
