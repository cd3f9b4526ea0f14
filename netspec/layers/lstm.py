"""Long short-term memory."""

from typing import TYPE_CHECKING, Literal

from netspec.layers import Inferred
from netspec.layers._lstm import LongShortTermMemory
from netspec.shapes import Recurrent

if TYPE_CHECKING:
    from torch import nn

GATES = ("input", "forget", "cell", "output")


class LSTM(LongShortTermMemory):
    """c = f∘c' + i∘activation(W_c·x + R_c·h' + b_c), h = o∘activation(c), gates i, f, o = gate_activation(W·x + R·h' + b); ' is the step before.

    Shape: T×F → T×n_out. Source: Hochreiter & Schmidhuber, Neural Computation 1997, with forget gates; DL4J's LSTM; one bias where torch has two.
    """

    type: Literal["lstm"] = "lstm"

    def infer(self, *inputs: Recurrent) -> Inferred:
        """T×F → T×n_out."""
        fans = self.fans(inputs[0])
        return self.inferred(inputs[0], (fans, fans), GATES)

    def build(self, *inputs: Recurrent) -> "nn.Module":
        """netspec's, with torch's kernel for tanh and sigmoid."""
        from netspec.modules.lstm import Lstm as Module

        return Module(inputs[0].size, self.n_out, self.activation.build(), self.gate_activation.build(), resets=self.resets)

    def settle(self, module: "nn.Module") -> None:
        """Open the forget gate."""
        self.open(module.get_parameter("bias"))
