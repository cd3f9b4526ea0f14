"""Attention of learned queries to a sequence."""

from typing import TYPE_CHECKING, Literal

from netspec.fields import Size
from netspec.initializers import Fans
from netspec.layers import Inferred, Parameter
from netspec.layers._attending import Attending, alike
from netspec.shapes import Recurrent

if TYPE_CHECKING:
    from torch import nn

    from netspec.modules.masks import MaskRule


class LearnedSelfAttention(Attending):
    """Self attention whose queries are weights: as many answers as there are queries, however long the sequence; masked steps are not asked.

    Shape: T×F → queries×n_out. DL4J's LearnedSelfAttentionLayer, whose fans its weights have.
    """

    type: Literal["learned_self_attention"] = "learned_self_attention"
    takes_mask = True
    whole_sequences = True

    queries: Size
    """Learned queries, steps of the result."""

    def infer(self, *inputs: Recurrent) -> Inferred:
        """T×F → queries×n_out."""
        size = inputs[0].size
        learned = {"queries": Parameter((size, self.queries), fans=Fans(size, self.queries))}
        if not self.project_input:
            self.check_plain(size, size, size)
            return Inferred(Recurrent(size, self.queries), learned)
        fans = alike(size, self.heads, self.n_out, self.size_of_head())
        return Inferred(Recurrent(self.n_out, self.queries), learned | self.projections(size, size, size, fans))

    def build(self, *inputs: Recurrent) -> "nn.Module":
        """netspec's, around torch's attention."""
        from netspec.modules.learned_self_attention import LearnedSelfAttention as Module

        return Module(self.heads, {name: parameter.shape for name, parameter in self.infer(*inputs).parameters.items()})

    def build_mask(self, *inputs: Recurrent) -> "MaskRule":
        """Every query has its answer."""
        from netspec.modules.masks import ended

        return ended
