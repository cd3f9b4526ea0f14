"""RMSProp."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Literal

from netspec.fields import Fraction, Positive
from netspec.updaters import RatedUpdater

if TYPE_CHECKING:
    from torch.optim import Optimizer


class RmsProp(RatedUpdater):
    """h ← rms_decay·h + (1−rms_decay)·g²; w ← w − learning_rate·g/(√h + epsilon); h starts at epsilon. Source: Tieleman & Hinton, 2012; DL4J's RmsProp."""

    type: Literal["rmsprop"] = "rmsprop"
    must_say = ("learning_rate",)

    rms_decay: Fraction = 0.95
    """Share of the mean of squared gradients that each step keeps, in [0, 1)."""

    epsilon: Positive = 1e-8
    """Added to √h, and the value of h at the start, above 0."""

    def build(self, groups: "Iterable[dict[str, Any]]") -> "Optimizer":
        """Torch's RMSprop with DL4J's first history."""
        from netspec.optim.rmsprop import RmsProp as Rule

        return Rule(groups, alpha=self.rms_decay, eps=self.epsilon, foreach=True)
