"""Where in its sequence a step stands."""

from typing import TYPE_CHECKING, Literal

from netspec.component import unset
from netspec.errors import Refused
from netspec.fields import Size
from netspec.initializers import Fans
from netspec.layers import Inferred, Parameter, WeightedLayer
from netspec.shapes import Recurrent

if TYPE_CHECKING:
    from torch import nn


class PositionalEncoding(WeightedLayer):
    """xₜ + Pₜ, with Pₜ = sin(t/10000^(2i/F)) at feature 2i, cos of it at 2i + 1, t from 0; or a trained row for each t. Shape: T×F → T×F.

    Source: Vaswani et al., NeurIPS 2017; learned: Gehring et al., ICML 2017.
    """

    type: Literal["positional_encoding"] = "positional_encoding"
    takes = (Recurrent,)
    whole_sequences = True

    encoding: Literal["sinusoidal", "learned"] = "sinusoidal"
    """What is added: waves that are computed, for sequences of any length, or rows that are trained."""

    length: Size = unset()
    """Steps of the longest sequence that trained rows are for; the input's where it is known."""

    def infer(self, *inputs: Recurrent) -> Inferred:
        """The same shape; trained rows for as many steps as there may be."""
        shape = inputs[0]
        if self.encoding == "sinusoidal":
            if self.length:
                raise Refused("length", "must be left out: waves are of any length", got=self.length)
            return Inferred(shape)
        rows = self.length or shape.length
        if rows is None:
            raise Refused("length", "must be set: how long the input may be is not known", help="for example length: 512")
        if shape.length is not None and shape.length > rows:
            raise Refused("length", f"must be at least {shape.length}, the steps of the input", got=rows)
        return Inferred(shape, {"weight": Parameter((rows, shape.size), fans=Fans(1, shape.size))})

    def foresight(self, *inputs: Recurrent) -> float:
        """None: only where a step stands matters."""
        return 0

    def build(self, *inputs: Recurrent) -> "nn.Module":
        """netspec's."""
        from netspec.modules.positional_encoding import Learned, Sinusoidal

        if self.encoding == "sinusoidal":
            return Sinusoidal(inputs[0].size, inputs[0].length)
        return Learned(*self.infer(*inputs).parameters["weight"].shape)
