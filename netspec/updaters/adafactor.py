"""Adafactor, whose memory is one row and one column."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from netspec.fields import Positive
from netspec.schedules import Rate, Schedule
from netspec.updaters import RatedUpdater

if TYPE_CHECKING:
    from torch.optim import Optimizer


class Adafactor(RatedUpdater):
    """v̂ from the means of g² by row and by column, which keep 1 − t^beta2_decay; u = g/√v̂, shrunk to a root mean square of clip at most.

    w ← w − max(epsilon, rms(w))·min(learning_rate, 1/√t)·u. Source: Shazeer & Stern, ICML 2018; torch's Adafactor. DL4J has none.
    """

    type: Literal["adafactor"] = "adafactor"
    adds_l2 = False

    learning_rate: Rate = Field(default_factory=lambda: Schedule.parse(1e-2))
    """Step size: a number above 0, or a schedule."""

    beta2_decay: Annotated[float, Field(le=0)] = -0.8
    """Exponent of t in the share of g² that each step takes, up to 0."""

    epsilon: Positive = 1e-3
    """Smallest root mean square that weights are taken to have, above 0."""

    clip: Annotated[float, Field(ge=1)] = 1.0
    """Largest root mean square of a step before it is scaled, from 1."""

    def build(self, groups: "Iterable[dict[str, Any]]") -> "Optimizer":
        """Torch's Adafactor."""
        from netspec.optim.eager import Adafactor as Rule

        return Rule(groups, beta2_decay=self.beta2_decay, eps=(None, self.epsilon), d=self.clip)
