"""A schedule that begins small."""

from typing import Literal

from netspec.fields import Size
from netspec.schedules import Counted, Schedule


class Ramp(Counted):
    """Another schedule times min(1, (count + 1)/over). DL4J's RampSchedule, which counts iterations."""

    type: Literal["ramp"] = "ramp"

    over: Size
    """How many iterations or epochs until the other schedule has its full value."""

    then: Schedule
    """The schedule, or number, that is multiplied; it counts from the start of the training."""

    def at(self, iteration: int, epoch: int) -> float:
        """The value at this iteration (over the whole training) of this epoch."""
        return self.then.at(iteration, epoch) * super().at(iteration, epoch)

    def after(self, count: int) -> float:
        """The factor after `count` iterations or epochs."""
        return min(1.0, (count + 1) / self.over)
