"""Inverse decay."""

from typing import Literal

from netspec.fields import NotNegative, Positive
from netspec.schedules import Decay


class Inverse(Decay):
    """initial / (1 + gamma·count)^power. DL4J's InverseSchedule."""

    type: Literal["inverse"] = "inverse"

    gamma: NotNegative
    """How fast it falls, from 0."""

    power: Positive
    """Exponent, above 0."""

    def after(self, count: int) -> float:
        """The value after `count` iterations or epochs."""
        return float(self.initial / (1 + self.gamma * count) ** self.power)
