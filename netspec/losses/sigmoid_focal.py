"""Focal loss over independent probabilities."""

from functools import partial
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from netspec.activations import Activation
from netspec.component import unset
from netspec.fields import NotNegative
from netspec.losses._elementwise import WeightedLoss

if TYPE_CHECKING:
    from netspec.losses import LossFunction


class SigmoidFocal(WeightedLoss):
    """−Σ a·(1 − p)^gamma·log p, p being the probability given to the right answer and a its weight. Source: Lin et al., ICCV 2017. DL4J has none."""

    type: Literal["sigmoid_focal"] = "sigmoid_focal"
    activation = "sigmoid"
    of = "probabilities"

    gamma: NotNegative = 2.0
    """How much less counts what is known already: an exponent, from 0, which is `xent`."""

    alpha: Annotated[float, Field(gt=0, lt=1)] = unset()
    """Weight of the label 1, between 0 and 1; that of the label 0 is 1 − alpha. Without it both are 1."""

    def build(self, activation: Activation) -> "LossFunction":
        """The formula, from torch's fused binary cross-entropy for the sigmoid."""
        from torch import nn

        from netspec.modules import sigmoid_focal as module
        from netspec.modules.elementwise import Elementwise

        fused = activation.type == "sigmoid"
        terms = partial(module.from_logits if fused else module.after, self.gamma, self.alpha)
        return Elementwise(nn.Identity() if fused else activation.build(), terms, self.weights)
