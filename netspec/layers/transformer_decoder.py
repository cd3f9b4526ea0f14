"""One layer of a transformer's decoder."""

from math import inf
from typing import TYPE_CHECKING, Literal

from netspec.errors import Refused
from netspec.layers import Inferred
from netspec.layers._transformer import Transformer
from netspec.shapes import Recurrent

if TYPE_CHECKING:
    from torch import nn


class TransformerDecoder(Transformer):
    """Attention of each step to itself and those before it, attention to a memory, and a feed-forward network, each added to what it takes.

    With one input there is no memory, as in GPT: `input: [target, memory]` names both. Masked steps are not looked at. Shape: T×F (and S×F) → T×F.
    Source: Vaswani et al., NeurIPS 2017; Radford et al., 2018; torch's TransformerDecoderLayer.
    """

    type: Literal["transformer_decoder"] = "transformer_decoder"
    several_inputs = True

    causal: bool = True
    """Whether each step looks at itself and those before it only; false: at all steps of its own sequence."""

    def infer(self, *inputs: Recurrent) -> Inferred:
        """The shape of the target."""
        target, size = inputs[0], inputs[0].size
        self.check(target)
        if len(inputs) > 2:
            raise Refused("input", f"must name the target, or the target and the memory, got {len(inputs)} names")
        if len(inputs) == 1:
            return Inferred(target, self.attention("self_attn", size) | self.rest(size, 2))
        if inputs[1].size != size:
            raise Refused("input", f"must name a memory with as many features as the target has: {size}, got {inputs[1].size}")
        return Inferred(target, self.attention("self_attn", size) | self.attention("multihead_attn", size) | self.rest(size, 3))

    def foresight(self, *inputs: Recurrent) -> float:
        """All steps of a memory, and of the target unless it is causal."""
        return 0 if self.causal and len(inputs) == 1 else inf

    def build(self, *inputs: Recurrent) -> "nn.Module":
        """torch's TransformerDecoderLayer, or without a memory its TransformerEncoderLayer, told of masks."""
        from netspec.modules.transformer import Decoder, Encoder

        kind = Encoder if len(inputs) == 1 else Decoder
        return kind(inputs[0].size, self.heads, self.hidden(inputs[0].size), causal=self.causal, **self.words())
