"""Cosine proximity."""

from functools import partial
from typing import TYPE_CHECKING, Literal

from netspec.activations import Activation
from netspec.losses import Loss

if TYPE_CHECKING:
    from netspec.losses import LossFunction


class CosineProximity(Loss):
    """−cos(y, o) = −y·o / (‖y‖·‖o‖), of each example, step or position. DL4J's LossCosineProximity."""

    type: Literal["cosine_proximity"] = "cosine_proximity"

    def build(self, activation: Activation) -> "LossFunction":
        """Torch's cosine similarity."""
        from netspec.modules.cosine_proximity import after

        return partial(after, activation.build())
