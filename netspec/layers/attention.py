"""Attention of one sequence to another."""

from typing import TYPE_CHECKING, Literal

from netspec.errors import Refused
from netspec.layers import Inferred
from netspec.layers._attending import Attending
from netspec.shapes import Recurrent

if TYPE_CHECKING:
    from torch import nn


class Attention(Attending):
    """softmax(Q·Kᵀ/√d)·V·W_o in each head, with Q = a·W_qᵀ, K = b·W_kᵀ, V = c·W_vᵀ: `input: [a, b, c]`, queries, keys and values.

    `input: [a, b]` has the keys for values. Steps of b and c that are masked are not asked. Shape: T×F, S×G, S×H → T×n_out.
    Source: Vaswani et al., NeurIPS 2017, without biases; DL4J's AttentionVertex.
    """

    type: Literal["attention"] = "attention"
    several_inputs = True
    takes_mask = True
    whole_sequences = True

    def infer(self, *inputs: Recurrent) -> Inferred:
        """T×F, S×G, S×H → T×n_out."""
        if len(inputs) not in (2, 3):
            raise Refused("input", f"must name queries and keys, or queries, keys and values, got {len(inputs)}", help="for example input: [a, b]")
        queries, keys, values = *inputs[:2], inputs[-1]
        if None not in (keys.length, values.length) and keys.length != values.length:
            raise Refused("input", f"must have one value for each key, got {keys.length} keys and {values.length} values")
        if not self.project_input:
            self.check_plain(queries.size, keys.size, values.size)
            return Inferred(Recurrent(values.size, queries.length))
        size = self.size_of_head()
        fans = ((queries.size, size), (keys.size, size), (values.size, size), (self.heads * size, self.n_out))
        return Inferred(Recurrent(self.n_out, queries.length), self.projections(queries.size, keys.size, values.size, fans))

    def build(self, *inputs: Recurrent) -> "nn.Module":
        """netspec's, around torch's attention."""
        from netspec.modules.attention import Attention as Module

        return Module(self.heads, {name: parameter.shape for name, parameter in self.infer(*inputs).parameters.items()})
