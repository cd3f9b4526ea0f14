"""Binary cross-entropy."""

from functools import partial
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from netspec.activations import Activation
from netspec.fields import Fraction
from netspec.losses._elementwise import WeightedLoss

if TYPE_CHECKING:
    from netspec.losses import LossFunction


class Xent(WeightedLoss):
    """−Σ (y·log o + (1 − y)·log(1 − o)), each output a probability of its own. DL4J's LossBinaryXENT, which has a clip of 1e-5."""

    type: Literal["xent"] = "xent"
    activation = "sigmoid"
    of = "probabilities"

    label_smoothing: Fraction = 0.0
    """Share by which labels are drawn towards ½, in [0, 1)."""

    clip: Annotated[float, Field(ge=0, lt=0.5)] = 0.0
    """Outputs are kept this far from 0 and 1 in the value, not in the gradient, from 0 to ½: DL4J's clipEps."""

    def build(self, activation: Activation) -> "LossFunction":
        """Torch's fused binary cross-entropy for the sigmoid, else the formula."""
        from torch import nn

        from netspec.modules import xent as module
        from netspec.modules.elementwise import Elementwise

        fused = activation.type == "sigmoid" and not self.clip
        terms = partial(module.clipped, self.clip) if self.clip else module.from_logits if fused else module.after
        smoothing = self.label_smoothing
        smoothed = (lambda output, labels: terms(output, module.smoothed(labels, smoothing))) if smoothing else terms
        return Elementwise(nn.Identity() if fused else activation.build(), smoothed, self.weights)
