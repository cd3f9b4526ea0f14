"""Mean absolute error."""

from functools import partial
from typing import TYPE_CHECKING, Literal

from netspec.activations import Activation
from netspec.losses import Loss

if TYPE_CHECKING:
    from netspec.losses import LossFunction


class Mae(Loss):
    """Σ |y − o| / n_out, over the n_out values of an output; summed over steps and positions. DL4J's LossMAE."""

    type: Literal["mae"] = "mae"

    def build(self, activation: Activation) -> "LossFunction":
        """The formula, after the activation."""
        from netspec.modules.mae import after

        return partial(after, activation.build())
