"""Rectified Adam."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from netspec.fields import Fraction, Positive
from netspec.schedules import Rate, Schedule
from netspec.updaters import RatedUpdater

if TYPE_CHECKING:
    from torch.optim import Optimizer


class RAdam(RatedUpdater):
    """m, v as in Adam; w ← w − learning_rate·m̂·r·√(1−β₂ᵗ)/(√v + epsilon), r growing with t.

    In the first steps, while v says too little, w ← w − learning_rate·m̂. Source: Liu et al., ICLR 2020; torch's RAdam. DL4J has none.
    """

    type: Literal["radam"] = "radam"

    learning_rate: Rate = Field(default_factory=lambda: Schedule.parse(1e-3))
    """Step size: a number above 0, or a schedule."""

    beta1: Fraction = 0.9
    """Share of the mean of gradients that each step keeps, in [0, 1)."""

    beta2: Fraction = 0.999
    """Share of the mean of squared gradients that each step keeps, in [0, 1)."""

    epsilon: Positive = 1e-8
    """Added to √v, above 0."""

    def build(self, groups: "Iterable[dict[str, Any]]") -> "Optimizer":
        """Torch's RAdam."""
        from netspec.optim.eager import RAdam as Rule

        return Rule(groups, betas=(self.beta1, self.beta2), eps=self.epsilon, foreach=True)
