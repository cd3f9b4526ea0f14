"""Loss of several labels at once, by their order."""

from functools import partial
from typing import TYPE_CHECKING, Literal

from netspec.activations import Activation
from netspec.losses import Loss

if TYPE_CHECKING:
    from netspec.losses import LossFunction


class MultiLabel(Loss):
    """Σ e^(o⁻ − o⁺) over the pairs of a label that is there (1) and one that is not (0), over their number; 0 where there are no pairs.

    Source: Zhang & Zhou, IEEE TKDE 2006 (BP-MLL); DL4J's LossMultiLabel.
    """

    type: Literal["multi_label"] = "multi_label"
    activation = "tanh"

    def build(self, activation: Activation) -> "LossFunction":
        """The formula, after the activation."""
        from netspec.modules.multi_label import after

        return partial(after, activation.build())
