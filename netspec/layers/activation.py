"""An activation as a layer of its own."""

from typing import TYPE_CHECKING, ClassVar, Literal

from netspec.activations import Activation
from netspec.component import Inherited, unset
from netspec.layers import Inferred, NoisyLayer
from netspec.shapes import Convolutional, Convolutional3D, FeedForward, Recurrent, Shape

if TYPE_CHECKING:
    from torch import nn


class ActivationLayer(NoisyLayer):
    """activation(x). Shape: any → the same. DL4J's ActivationLayer."""

    type: Literal["activation"] = "activation"
    takes = (FeedForward, Recurrent, Convolutional, Convolutional3D)
    must_say: ClassVar[tuple[str, ...]] = ("activation",)

    activation: Inherited[Activation] = unset()
    """Function applied to the input."""

    def infer(self, *inputs: Shape) -> Inferred:
        """Any shape stays as it is."""
        return Inferred(inputs[0])

    def build(self, *inputs: Shape) -> "nn.Module":
        """Hands its input on: the network applies the activation, as after every layer."""
        from torch import nn

        return nn.Identity()
