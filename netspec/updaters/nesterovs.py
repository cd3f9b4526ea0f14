"""Stochastic gradient descent with Nesterov momentum."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from netspec.schedules import Momentum, Schedule
from netspec.updaters import RatedUpdater

if TYPE_CHECKING:
    from torch.optim import Optimizer


class Nesterovs(RatedUpdater):
    """v ← momentum·v − learning_rate·g; w ← w + momentum·v − learning_rate·g. Source: Sutskever et al., ICML 2013; DL4J's Nesterovs."""

    type: Literal["nesterovs"] = "nesterovs"
    must_say = ("learning_rate",)
    scheduled = RatedUpdater.scheduled | {"momentum": "momentum"}

    momentum: Momentum = Field(default_factory=lambda: Schedule.parse(0.9))
    """Share of the last step that is kept in the next, in [0, 1): a number, or a schedule."""

    def build(self, groups: "Iterable[dict[str, Any]]") -> "Optimizer":
        """Torch's SGD, whose rule is the same while rate and momentum stay, else DL4J's rule."""
        from netspec.optim.eager import SGD
        from netspec.optim.nesterovs import Nesterovs as Changing
        from netspec.optim.strides import guarded

        if self.learning_rate is None or not (self.learning_rate.constant and self.momentum.constant):
            return Changing(groups)
        momentum = self.momentum.start
        return guarded(SGD(groups, momentum=momentum, nesterov=momentum > 0, fused=True))
