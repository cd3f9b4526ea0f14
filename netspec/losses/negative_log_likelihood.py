"""Negative log likelihood of the right class."""

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from netspec.activations import Activation
from netspec.fields import Fraction
from netspec.losses._elementwise import WeightedLoss

if TYPE_CHECKING:
    from netspec.losses import LossFunction, SlopedLoss
    from netspec.modules.negative_log_likelihood import NegativeLogLikelihood as Function


class NegativeLogLikelihood(WeightedLoss):
    """−Σ y·log o: cross-entropy between labels and a distribution over classes.

    Labels are a distribution for each example, or the index of its class. DL4J's LossNegativeLogLikelihood, LossMCXENT and LossSparseMCXENT, which
    have a clip of 1e-10.
    """

    type: Literal["negative_log_likelihood"] = "negative_log_likelihood"
    alias = "mcxent"
    activation = "softmax"
    of = "classes"
    takes_indices = True

    label_smoothing: Fraction = 0.0
    """Share by which labels are drawn towards the uniform distribution, in [0, 1). Source: Szegedy et al., CVPR 2016."""

    clip: Annotated[float, Field(ge=0, lt=0.5)] = 0.0
    """Outputs of softmax are kept this far from 0 and 1 in the value, not in the gradient, from 0 to ½: DL4J's softmaxClipEps."""

    def build(self, activation: Activation) -> "LossFunction":
        """Torch's fused cross-entropy for softmax, else the formula."""
        return self._function(activation)

    def build_mean(self, activation: Activation) -> "LossFunction":
        """Torch's fused mean for softmax."""
        return self._function(activation).mean

    def build_sloped(self, activation: Activation) -> "SlopedLoss | None":
        """Torch's kernels for softmax, where all classes count the same and nothing is smoothed or clipped."""
        plain = activation.type == "softmax" and not (self.weights or self.label_smoothing or self.clip)
        return self._function(activation).mean_and_slope if plain else None

    def _function(self, activation: Activation) -> "Function":
        from netspec.modules.negative_log_likelihood import NegativeLogLikelihood as Function

        fused = activation.type == "softmax"
        return Function(None if fused else activation.build(), self.weights, self.label_smoothing, self.clip if fused else 0.0)
