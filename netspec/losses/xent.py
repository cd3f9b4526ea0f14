"""Binary cross-entropy."""

from functools import partial
from typing import TYPE_CHECKING, Literal

from netspec.activations import Activation
from netspec.losses import Loss

if TYPE_CHECKING:
    from netspec.losses import LossFunction


class Xent(Loss):
    """−Σ (y·log o + (1 − y)·log(1 − o)), each output a probability of its own. DL4J's LossBinaryXENT, unclipped."""

    type: Literal["xent"] = "xent"
    activation = "sigmoid"
    of = "probabilities"

    def build(self, activation: Activation) -> "LossFunction":
        """Torch's fused binary cross-entropy for the sigmoid, else the formula."""
        from netspec.modules import xent as module

        return module.from_logits if activation.type == "sigmoid" else partial(module.after, activation.build())
