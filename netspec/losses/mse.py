"""Mean squared error."""

from functools import partial
from typing import TYPE_CHECKING, Literal

from netspec.activations import Activation
from netspec.losses import Loss

if TYPE_CHECKING:
    from netspec.losses import LossFunction


class Mse(Loss):
    """Σ (y − o)² / n_out, over the n_out values of an output; summed over steps and positions. DL4J's LossMSE."""

    type: Literal["mse"] = "mse"

    def build(self, activation: Activation) -> "LossFunction":
        """The formula, after the activation."""
        from netspec.modules.mse import after

        return partial(after, activation.build())
