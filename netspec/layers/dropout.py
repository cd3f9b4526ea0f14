"""Dropout as a layer of its own."""

from typing import TYPE_CHECKING, Literal

from pydantic import model_validator

from netspec.component import refuse, unset
from netspec.dropouts import Dropout
from netspec.layers import Inferred, NoisyLayer
from netspec.schedules import Probability
from netspec.shapes import Convolutional, Convolutional3D, FeedForward, Recurrent, Shape

if TYPE_CHECKING:
    from torch import nn


class DropoutLayer(NoisyLayer):
    """Noise while training, nothing otherwise: `rate: 0.5`, or another kind as `dropout: {type: spatial, rate: 0.25}`.

    Shape: any → the same. DL4J's DropoutLayer.
    """

    type: Literal["dropout"] = "dropout"
    takes = (FeedForward, Recurrent, Convolutional, Convolutional3D)

    rate: Probability = unset()
    """Probability of dropping a value, in [0, 1), or a schedule; DL4J's number is the probability of keeping it."""

    @model_validator(mode="after")
    def _one_of_both(self) -> "DropoutLayer":
        if len(self.model_fields_set & {"rate", "dropout"}) != 1:
            raise refuse("must say either `rate` or `dropout`", kind="untyped", help="for example rate: 0.5")
        return self

    @property
    def noise(self) -> Dropout:
        """Plain dropout for `rate`, or the kind it says."""
        return Dropout.parse({"type": "dropout", "rate": self.rate}) if "rate" in self.model_fields_set else self.dropout

    def infer(self, *inputs: Shape) -> Inferred:
        """Any shape stays as it is."""
        return Inferred(inputs[0])

    def build(self, *inputs: Shape) -> "nn.Module":
        """Nothing: noise is applied by the network, as on every layer's input."""
        from torch import nn

        return nn.Identity()
