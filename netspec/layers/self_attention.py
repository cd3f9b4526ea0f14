"""Attention of a sequence to itself."""

from typing import TYPE_CHECKING, Literal

from netspec.layers import Inferred
from netspec.layers._attending import Attending, alike
from netspec.shapes import Recurrent

if TYPE_CHECKING:
    from torch import nn


class SelfAttention(Attending):
    """softmax(Q·Kᵀ/√d)·V·W_o, with Q = x·W_qᵀ, K = x·W_kᵀ, V = x·W_vᵀ, in each head; masked steps are not asked.

    Shape: T×F → T×n_out. Source: Vaswani et al., NeurIPS 2017, without biases; DL4J's SelfAttentionLayer, whose fans its weights have.
    """

    type: Literal["self_attention"] = "self_attention"
    takes_mask = True
    whole_sequences = True

    def infer(self, *inputs: Recurrent) -> Inferred:
        """T×F → T×n_out."""
        size, length = inputs[0].size, inputs[0].length
        if not self.project_input:
            self.check_plain(size, size, size)
            return Inferred(inputs[0])
        fans = alike(size, self.heads, self.n_out, self.size_of_head())
        return Inferred(Recurrent(self.n_out, length), self.projections(size, size, size, fans))

    def build(self, *inputs: Recurrent) -> "nn.Module":
        """netspec's, around torch's attention."""
        from netspec.modules.self_attention import SelfAttention as Module

        return Module(self.heads, {name: parameter.shape for name, parameter in self.infer(*inputs).parameters.items()})
