"""Stochastic gradient descent, plain or with momentum."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from netspec.schedules import Momentum, Schedule
from netspec.updaters import RatedUpdater

if TYPE_CHECKING:
    from torch.optim import Optimizer


class Sgd(RatedUpdater):
    """w ← w − learning_rate·v, v ← momentum·v + g. Without momentum DL4J's Sgd; with it torch's SGD (Polyak's heavy ball)."""

    type: Literal["sgd"] = "sgd"
    must_say = ("learning_rate",)
    scheduled = RatedUpdater.scheduled | {"momentum": "momentum"}

    momentum: Momentum = Field(default_factory=lambda: Schedule.parse(0))
    """Share of the last direction that is kept in the next, in [0, 1): a number, or a schedule."""

    def build(self, groups: "Iterable[dict[str, Any]]") -> "Optimizer":
        """Torch's SGD."""
        from netspec.optim.eager import SGD
        from netspec.optim.strides import guarded

        return guarded(SGD(groups, momentum=self.momentum.start, fused=True))
