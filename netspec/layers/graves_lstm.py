"""Long short-term memory with peepholes."""

from typing import TYPE_CHECKING, Literal

from netspec.layers import Inferred
from netspec.layers._lstm import LongShortTermMemory
from netspec.shapes import Recurrent

if TYPE_CHECKING:
    from torch import nn

GATES = ("cell", "forget", "output", "input")


class GravesLSTM(LongShortTermMemory):
    """As `lstm`, and gates see the cell through peepholes p: i and f add p∘c', o adds p∘c.

    Shape: T×F → T×n_out. Source: Graves, Supervised Sequence Labelling with Recurrent Neural Networks, 2012, section 4.1; DL4J's GravesLSTM.
    """

    type: Literal["graves_lstm"] = "graves_lstm"

    def infer(self, *inputs: Recurrent) -> Inferred:
        """T×F → T×n_out; the peepholes are three rows of the recurrent weights."""
        fans = self.fans(inputs[0])
        return self.inferred(inputs[0], (fans, fans), GATES, more=3)

    def build(self, *inputs: Recurrent) -> "nn.Module":
        """netspec's."""
        from netspec.modules.graves_lstm import GravesLstm as Module

        return Module(inputs[0].size, self.n_out, self.activation.build(), self.gate_activation.build(), resets=self.resets)

    def settle(self, module: "nn.Module") -> None:
        """Open the forget gate."""
        self.open(module.get_parameter("bias"))
