"""Step decay."""

from math import floor
from typing import Literal

from netspec.fields import Positive
from netspec.schedules import Decay


class Step(Decay):
    """initial · decay^⌊count / every⌋. DL4J's StepSchedule."""

    type: Literal["step"] = "step"

    decay: Positive
    """Factor applied after every `every` iterations or epochs."""

    every: Positive
    """How many iterations or epochs between two drops, above 0; a fraction is rounded at each drop."""

    def after(self, count: int) -> float:
        """The value after `count` iterations or epochs."""
        return float(self.initial * self.decay ** floor(count / self.every))
