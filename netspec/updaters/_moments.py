"""What the updaters share that keep means of gradients and of their squares."""

from pydantic import Field

from netspec.fields import Fraction
from netspec.schedules import Rate, Schedule
from netspec.updaters import RatedUpdater


class MomentsUpdater(RatedUpdater):
    """m ← β₁m + (1−β₁)g; v ← β₂v + (1−β₂)g². Source: Kingma & Ba, ICLR 2015."""

    learning_rate: Rate = Field(default_factory=lambda: Schedule.parse(1e-3))
    """Step size: a number above 0, or a schedule."""

    beta1: Fraction = 0.9
    """Share of the mean of gradients that each step keeps, in [0, 1)."""

    beta2: Fraction = 0.999
    """Share of the mean of squared gradients that each step keeps, in [0, 1)."""
