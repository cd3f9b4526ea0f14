"""Negative log likelihood of the right class."""

from functools import partial
from typing import TYPE_CHECKING, Literal

from netspec.activations import Activation
from netspec.losses import Loss

if TYPE_CHECKING:
    from netspec.losses import LossFunction


class NegativeLogLikelihood(Loss):
    """−Σ y·log o: cross-entropy between labels and a distribution over classes. DL4J's LossNegativeLogLikelihood and LossMCXENT, unclipped."""

    type: Literal["negative_log_likelihood"] = "negative_log_likelihood"
    alias = "mcxent"
    activation = "softmax"
    of = "classes"
    takes_indices = True

    def build(self, activation: Activation) -> "LossFunction":
        """Torch's fused cross-entropy for softmax, else the formula."""
        from netspec.modules import negative_log_likelihood as module

        return module.from_logits if activation.type == "softmax" else partial(module.after, activation.build())

    def build_mean(self, activation: Activation) -> "LossFunction":
        """Torch's fused mean for softmax."""
        from netspec.modules import negative_log_likelihood as module

        return module.mean_from_logits if activation.type == "softmax" else super().build_mean(activation)
