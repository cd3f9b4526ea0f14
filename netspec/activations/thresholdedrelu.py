"""Rectified linear unit that begins at a threshold."""

from typing import TYPE_CHECKING, Literal

from netspec.activations import Activation
from netspec.fields import NotNegative

if TYPE_CHECKING:
    from torch import nn


class ThresholdedRelu(Activation):
    """x for x > theta, else 0. Source: Konda, Memisevic & Krueger, ICLR 2015; DL4J's THRESHOLDEDRELU."""

    type: Literal["thresholdedrelu"] = "thresholdedrelu"
    increasing = True

    theta: NotNegative = 1.0
    """Largest input that gives 0, from 0."""

    def build(self) -> "nn.Module":
        """Torch's Threshold."""
        from torch import nn

        return nn.Threshold(self.theta, 0.0)
