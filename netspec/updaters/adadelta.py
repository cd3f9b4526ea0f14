"""AdaDelta."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from netspec.fields import Fraction, Positive
from netspec.schedules import Rate, Schedule
from netspec.updaters import RatedUpdater

if TYPE_CHECKING:
    from torch.optim import Optimizer


class AdaDelta(RatedUpdater):
    """h ← rho·h + (1−rho)·g²; u = √(d + epsilon)/√(h + epsilon)·g; w ← w − learning_rate·u; d ← rho·d + (1−rho)·u².

    Source: Zeiler, 2012; DL4J's AdaDelta, which has no rate.
    """

    type: Literal["adadelta"] = "adadelta"

    learning_rate: Rate = Field(default_factory=lambda: Schedule.parse(1.0))
    """Step size: a number above 0, or a schedule."""

    rho: Fraction = 0.95
    """Share of both means of squares that each step keeps, in [0, 1)."""

    epsilon: Positive = 1e-6
    """Added to both means under their roots, above 0."""

    def build(self, groups: "Iterable[dict[str, Any]]") -> "Optimizer":
        """Torch's Adadelta."""
        from netspec.optim.eager import Adadelta

        return Adadelta(groups, rho=self.rho, eps=self.epsilon, foreach=True)
