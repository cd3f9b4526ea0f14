"""Step decay."""

from typing import Literal

from netspec.fields import Positive, Size
from netspec.schedules import Decay


class Step(Decay):
    """initial · decay^⌊count / every⌋. DL4J's StepSchedule."""

    type: Literal["step"] = "step"

    decay: Positive
    """Factor applied after every `every` iterations or epochs."""

    every: Size
    """How many iterations or epochs between two drops."""

    def after(self, count: int) -> float:
        """The value after `count` iterations or epochs."""
        return float(self.initial * self.decay ** (count // self.every))
