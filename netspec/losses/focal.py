"""Focal loss over classes."""

from typing import TYPE_CHECKING, Literal

from netspec.activations import Activation
from netspec.fields import NotNegative
from netspec.losses._elementwise import WeightedLoss

if TYPE_CHECKING:
    from netspec.losses import LossFunction


class Focal(WeightedLoss):
    """−Σ weight·y·(1 − o)^gamma·log o: cross-entropy in which what is known already counts less. Source: Lin et al., ICCV 2017. DL4J has none."""

    type: Literal["focal"] = "focal"
    activation = "softmax"
    of = "classes"
    takes_indices = True

    gamma: NotNegative = 2.0
    """How much less: an exponent, from 0, which is `negative_log_likelihood`."""

    def build(self, activation: Activation) -> "LossFunction":
        """The formula, from the logarithm of softmax where there is one."""
        from netspec.modules.focal import Focal as Function

        return Function(None if activation.type == "softmax" else activation.build(), self.gamma, self.weights)
