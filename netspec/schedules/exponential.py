"""Exponential decay."""

from typing import Literal

from netspec.fields import Positive
from netspec.schedules import Decay


class Exponential(Decay):
    """initial · gamma^count. DL4J's ExponentialSchedule."""

    type: Literal["exponential"] = "exponential"

    gamma: Positive
    """Factor applied after each iteration or epoch, above 0; below 1 the value falls."""

    def after(self, count: int) -> float:
        """The value after `count` iterations or epochs."""
        return float(self.initial * self.gamma**count)
