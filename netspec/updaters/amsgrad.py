"""AMSGrad."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from netspec.fields import Fraction, Positive
from netspec.schedules import Rate, Schedule
from netspec.updaters import RatedUpdater

if TYPE_CHECKING:
    from torch.optim import Optimizer


class AmsGrad(RatedUpdater):
    """m, v as in Adam; v̂ ← max(v̂, v); w ← w − learning_rate·√(1−β₂ᵗ)/(1−β₁ᵗ)·m/(√v̂ + epsilon). Source: Reddi, Kale & Kumar, ICLR 2018; DL4J's AMSGrad."""

    type: Literal["amsgrad"] = "amsgrad"

    learning_rate: Rate = Field(default_factory=lambda: Schedule.parse(1e-3))
    """Step size: a number above 0, or a schedule."""

    beta1: Fraction = 0.9
    """Share of the mean of gradients that each step keeps, in [0, 1)."""

    beta2: Fraction = 0.999
    """Share of the mean of squared gradients that each step keeps, in [0, 1)."""

    epsilon: Positive = 1e-8
    """Added to √v̂ as it is (torch adds it to √v̂ corrected for its bias), above 0."""

    def build(self, groups: "Iterable[dict[str, Any]]") -> "Optimizer":
        """Torch's Adam with its maximum and DL4J's epsilon."""
        from netspec.optim.adam import Adam as Rule
        from netspec.optim.strides import guarded

        return guarded(Rule(groups, betas=(self.beta1, self.beta2), epsilon=self.epsilon, amsgrad=True))
