"""Gated recurrent unit."""

from typing import TYPE_CHECKING, Literal

from netspec.initializers import Fans
from netspec.layers import Inferred, Parameter
from netspec.layers._recurrent import GatedLayer
from netspec.shapes import Recurrent

if TYPE_CHECKING:
    from torch import nn

GATES = ("reset", "update", "candidate")


class GRU(GatedLayer):
    """n = activation(W_n·x + b_n + r∘(R_n·h' + d)), h = (1 − z)∘n + z∘h', gates r, z = gate_activation(W·x + R·h' + b); ' is the step before.

    Shape: T×F → T×n_out. Source: Cho et al., EMNLP 2014, with torch's place of the reset gate; each gate has the fans of its own matrix.
    """

    type: Literal["gru"] = "gru"

    def infer(self, *inputs: Recurrent) -> Inferred:
        """T×F → T×n_out."""
        fans = (Fans(inputs[0].size, self.n_out), Fans(self.n_out, self.n_out))
        found = self.inferred(inputs[0], fans, GATES)
        return Inferred(found.output, {**found.parameters, "recurrent_bias": Parameter((self.n_out,), "bias", fans[1])})

    def build(self, *inputs: Recurrent) -> "nn.Module":
        """netspec's, with torch's kernel for tanh and sigmoid."""
        from netspec.modules.gru import Gru as Module

        return Module(inputs[0].size, self.n_out, self.activation.build(), self.gate_activation.build(), resets=self.resets)
