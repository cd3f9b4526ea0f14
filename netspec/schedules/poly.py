"""Polynomial decay."""

from typing import Literal

from netspec.fields import Positive, Size
from netspec.schedules import Decay


class Poly(Decay):
    """initial · (1 − count/over)^power, and 0 from `over` on. The schedule that DL4J documents; its PolySchedule computes 1 + count/over."""

    type: Literal["poly"] = "poly"

    power: Positive
    """Exponent, above 0: 1 falls in a straight line, more falls faster at first."""

    over: Size
    """How many iterations or epochs until the value is 0."""

    def after(self, count: int) -> float:
        """The value after `count` iterations or epochs."""
        return float(self.initial * max(0.0, 1 - count / self.over) ** self.power)
