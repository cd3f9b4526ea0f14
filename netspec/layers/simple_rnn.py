"""The plain recurrent layer."""

from typing import TYPE_CHECKING, Literal

from netspec.errors import Refused
from netspec.initializers import Fans
from netspec.layers import Inferred, Parameter
from netspec.layers._recurrent import RecurrentLayer
from netspec.shapes import Recurrent

if TYPE_CHECKING:
    from torch import nn


class SimpleRnn(RecurrentLayer):
    """h = activation(W·x + R·h' + b), h' being that of the step before. Shape: T×F → T×n_out. Source: Elman, 1990; DL4J's SimpleRnn."""

    type: Literal["simple_rnn"] = "simple_rnn"

    has_layer_norm: bool = False
    """Whether W·x and R·h' are normalised over the units, with a trained gain each, before they are added (epsilon 1e-5). Source: Ba et al., 2016."""

    gain_init: float = 1.0
    """Both gains at the start, where there is a layer norm."""

    def infer(self, *inputs: Recurrent) -> Inferred:
        """T×F → T×n_out."""
        if self.has_layer_norm and self.n_out == 1:
            raise Refused("has_layer_norm", "must be false for a single unit: there is nothing to normalise over", got=True)
        found = self.inferred(inputs[0], (Fans(inputs[0].size, self.n_out), Fans(self.n_out, self.n_out)))
        if "gain_init" in self.model_fields_set and not self.has_layer_norm:
            raise Refused("gain_init", "must be left out without has_layer_norm: there is no gain", got=self.gain_init)
        gain = {"gain": Parameter((2 * self.n_out,), "gain")} if self.has_layer_norm else {}
        return Inferred(found.output, {**found.parameters, **gain})

    def build(self, *inputs: Recurrent) -> "nn.Module":
        """netspec's, with torch's kernel for tanh and relu."""
        from netspec.modules.simple_rnn import NormalizedRnn
        from netspec.modules.simple_rnn import SimpleRnn as Module

        if self.has_layer_norm:
            return NormalizedRnn(inputs[0].size, self.n_out, self.activation.build(), gain=self.gain_init, resets=self.resets)
        return Module(inputs[0].size, self.n_out, self.activation.build(), resets=self.resets)
