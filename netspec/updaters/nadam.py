"""Adam with Nesterov momentum."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from netspec.fields import Fraction, Positive
from netspec.schedules import Rate, Schedule
from netspec.updaters import RatedUpdater

if TYPE_CHECKING:
    from torch.optim import Optimizer


class Nadam(RatedUpdater):
    """m, v as in Adam; w ← w − learning_rate·(β₁m + (1−β₁)g)/(1−β₁ᵗ)/(√v + epsilon), v as it is.

    Source: Dozat, ICLR workshop 2016; DL4J's Nadam (torch's corrects v).
    """

    type: Literal["nadam"] = "nadam"

    learning_rate: Rate = Field(default_factory=lambda: Schedule.parse(1e-3))
    """Step size: a number above 0, or a schedule."""

    beta1: Fraction = 0.9
    """Share of the mean of gradients that each step keeps, in [0, 1)."""

    beta2: Fraction = 0.999
    """Share of the mean of squared gradients that each step keeps, in [0, 1)."""

    epsilon: Positive = 1e-8
    """Added to √v, above 0."""

    def build(self, groups: "Iterable[dict[str, Any]]") -> "Optimizer":
        """DL4J's rule."""
        from netspec.optim.nadam import Nadam as Rule

        return Rule(groups, betas=(self.beta1, self.beta2), epsilon=self.epsilon)
