"""One layer of a transformer's encoder."""

from math import inf
from typing import TYPE_CHECKING, Literal

from netspec.layers import Inferred
from netspec.layers._transformer import Transformer
from netspec.shapes import Recurrent

if TYPE_CHECKING:
    from torch import nn


class TransformerEncoder(Transformer):
    """Pre-norm: h = x + attention(norm(x)), y = h + W₂·activation(W₁·norm(h)); post-norm: h = norm(x + attention(x)), y likewise.

    Masked steps are not looked at. Shape: T×F → T×F. Source: Vaswani et al., NeurIPS 2017; pre-norm: Xiong et al., ICML 2020; torch's
    TransformerEncoderLayer.
    """

    type: Literal["transformer_encoder"] = "transformer_encoder"

    causal: bool = False
    """Whether each step looks at itself and those before it only."""

    def infer(self, *inputs: Recurrent) -> Inferred:
        """The same shape."""
        self.check(inputs[0])
        size = inputs[0].size
        return Inferred(inputs[0], self.attention("self_attn", size) | self.rest(size, 2))

    def foresight(self, *inputs: Recurrent) -> float:
        """All steps, unless it is causal."""
        return 0 if self.causal else inf

    def build(self, *inputs: Recurrent) -> "nn.Module":
        """torch's TransformerEncoderLayer, told of masks."""
        from netspec.modules.transformer import Encoder

        return Encoder(inputs[0].size, self.heads, self.hidden(inputs[0].size), causal=self.causal, **self.words())
