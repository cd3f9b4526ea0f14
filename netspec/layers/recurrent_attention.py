"""A recurrent layer whose state asks the whole sequence before each step."""

from typing import TYPE_CHECKING, Literal

from netspec.initializers import Fans
from netspec.layers import Inferred, Parameter
from netspec.layers._attending import Attending, alike
from netspec.layers._recurrent import SteppingLayer
from netspec.shapes import Recurrent

if TYPE_CHECKING:
    from torch import nn


class RecurrentAttention(Attending, SteppingLayer):
    """h = activation(x·W + attention(h', x, x)·R + b): the state of the step before is the query, the sequence keys and values; none asks first.

    Shape: T×F → T×n_out. Without projections n_out is F. DL4J's RecurrentAttentionLayer, whose fans its weights have.
    """

    type: Literal["recurrent_attention"] = "recurrent_attention"
    takes_mask = True
    whole_sequences = True

    has_bias: bool = True
    """Whether b is there."""

    masking: Literal["obey", "keys", "ignore"] = "obey"
    """What a masked step does: obey (it is not asked, the state stays and the output is 0), keys (it is not asked, as in DL4J's), ignore (what any does)."""

    @property
    def obeys_masks(self) -> bool:
        """Unless it says otherwise."""
        return self.masking != "ignore"

    @property
    def sees_masked(self) -> bool:
        """DL4J's state goes through masked steps as through others."""
        return self.masking == "keys"

    def infer(self, *inputs: Recurrent) -> Inferred:
        """T×F → T×n_out."""
        size, length = inputs[0].size, inputs[0].length
        units = self.n_out if self.project_input and self.n_out else size
        attention = self._attention(size, units)
        weight, recurrent = Parameter((size, units), fans=Fans(size, units)), Parameter((units, units), "recurrent", Fans(units, units))
        bias = {"bias": Parameter((units,), "bias", Fans(size, units))} if self.has_bias else {}
        return Inferred(Recurrent(units, length), {"weight": weight, "recurrent_weight": recurrent, **attention, **bias})

    def _attention(self, size: int, units: int) -> dict[str, Parameter]:
        if self.project_input:
            return self.projections(units, size, size, alike(size, self.heads, units, self.size_of_head()))
        self.check_plain(size, size, size)
        return {}

    def build(self, *inputs: Recurrent) -> "nn.Module":
        """netspec's, around torch's attention."""
        from netspec.modules.recurrent_attention import RecurrentAttention as Module

        sizes = {name: parameter.shape for name, parameter in self.infer(*inputs).parameters.items()}
        return Module(self.heads, sizes, self.activation.build(), holds=self.masking == "obey")
