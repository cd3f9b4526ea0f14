"""DL4J's softmax between layers."""

from typing import TYPE_CHECKING, Literal

from netspec.activations import Activation

if TYPE_CHECKING:
    from torch import nn


class Dl4jSoftmax(Activation):
    """e^x / Σ e^x over what lies last in DL4J: the features of N×F, the steps of a sequence, the width of images and volumes; over the features: `softmax`."""

    type: Literal["dl4j_softmax"] = "dl4j_softmax"
    probabilities = True

    def build(self) -> "nn.Module":
        """Torch's softmax over that axis."""
        from netspec.modules.dl4j_softmax import Dl4jSoftmax as Module

        return Module()
