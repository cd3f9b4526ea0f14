"""What the LSTMs share: a forget gate that starts open, and DL4J's fans."""

from typing import TYPE_CHECKING

from netspec.initializers import Fans
from netspec.layers._recurrent import GatedLayer
from netspec.shapes import Recurrent

if TYPE_CHECKING:
    from torch import Tensor


class LongShortTermMemory(GatedLayer):
    """Input, forget and output gate around a cell."""

    forget_gate_bias: float = 1.0
    """Added to the initial biases of the forget gate: 1 keeps it open at first. Source: Gers et al., Neural Computation 2000."""

    def fans(self, sequence: Recurrent) -> Fans:
        """Both kinds of weights have these, in DL4J: n_out inputs, and outputs for input and state together."""
        return Fans(self.n_out, sequence.size + self.n_out)

    def open(self, bias: "Tensor") -> None:
        """Open the forget gate, the second block."""
        bias[self.n_out : 2 * self.n_out] += self.forget_gate_bias
