"""Softmax."""

from typing import TYPE_CHECKING, Literal

from netspec.activations import Activation

if TYPE_CHECKING:
    from torch import nn


class Softmax(Activation):
    """e^x / Σ e^x over the features: the last axis of N×F and N×T×F, axis 1 of images and volumes. Source: Bridle, 1990."""

    type: Literal["softmax"] = "softmax"
    probabilities = True
    distribution = True

    def build(self) -> "nn.Module":
        """Torch's softmax, over the axis that the rank tells."""
        from netspec.modules.softmax import Softmax as Module

        return Module()
