"""Fully connected layer."""

from typing import TYPE_CHECKING, Literal

from netspec.errors import Refused
from netspec.layers import ActivatedLayer, Inferred, Parameter
from netspec.layers._linear import Linear
from netspec.shapes import FeedForward, Recurrent

if TYPE_CHECKING:
    from torch import nn


class Dense(ActivatedLayer, Linear):
    """activation(W·x + b). Shape: F → n_out; a sequence step by step. DL4J's DenseLayer."""

    type: Literal["dense"] = "dense"
    zeroes_masked = "both"

    has_layer_norm: bool = False
    """Whether W·x is normalised over the units and multiplied by a trained gain before b is added: gain·(W·x − mean)/deviation."""

    @property
    def may_lie_features_first(self) -> bool:
        """Where it is torch's."""
        return not self.has_layer_norm

    def infer(self, *inputs: FeedForward | Recurrent) -> Inferred:
        """F → n_out; with layer norm a gain for each unit."""
        inferred = super().infer(*inputs)
        if self.has_layer_norm and self.n_out == 1:
            raise Refused("has_layer_norm", "must be false for a single unit, whose deviation from its mean is 0")
        gain = {"gain": Parameter((self.n_out,), "gain")} if self.has_layer_norm else {}
        return Inferred(inferred.output, {**inferred.parameters, **gain})

    def build(self, *inputs: FeedForward | Recurrent) -> "nn.Module":
        """torch's Linear, or netspec's with layer norm inside."""
        from netspec.modules.dense import NormalizedLinear

        return NormalizedLinear(inputs[0].size, self.n_out, bias=self.has_bias) if self.has_layer_norm else super().build(*inputs)
