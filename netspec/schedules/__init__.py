"""Schedules: a value that changes with the iteration or the epoch."""

import sys
from collections.abc import Callable
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, Field

from netspec.component import Component, refuse


class Schedule(Component):
    """A value as a function of the iteration or epoch, both counted from 0. A bare number is a `fixed` one."""

    family: ClassVar[str] = "schedules"
    noun: ClassVar[str] = "schedule"

    @classmethod
    def from_plain(cls, value: object) -> object:
        """A number stays the same for ever."""
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        return {"type": "fixed", "value": value} if is_number else value

    @property
    def start(self) -> float:
        """Value at iteration and epoch 0."""
        return self.at(0, 0)

    @property
    def constant(self) -> bool:
        """True when the value never changes."""
        return False

    def at(self, iteration: int, epoch: int) -> float:
        """The value at this iteration (over the whole training) of this epoch."""
        raise NotImplementedError


class Counted(Schedule):
    """Base of the schedules that follow a count of iterations or epochs."""

    per: Literal["iteration", "epoch"] = "iteration"
    """What is counted: every update of the weights, or every pass over the data."""

    def at(self, iteration: int, epoch: int) -> float:
        """The value at this iteration (over the whole training) of this epoch; one that grows ends at the largest number."""
        try:
            return min(self.after(iteration if self.per == "iteration" else epoch), sys.float_info.max)
        except OverflowError:
            return sys.float_info.max

    def after(self, count: int) -> float:
        """The value after `count` iterations or epochs."""
        raise NotImplementedError


class Decay(Counted):
    """Base of the schedules that start at `initial`."""

    initial: float = Field(ge=0)
    """Value at the start, from 0."""


def _starting(rule: str, holds: Callable[[float], bool]) -> Any:
    def check(schedule: Schedule) -> Schedule:
        if not holds(schedule.start):
            raise refuse(f"must {rule}", got=schedule.start)
        return schedule

    return AfterValidator(check)


Rate = Annotated[Schedule, _starting("be greater than 0", lambda start: start > 0)]
"""A learning rate: a number above 0 or a schedule that starts above 0."""

Momentum = Annotated[Schedule, _starting("be at least 0 and less than 1", lambda start: 0 <= start < 1)]
"""A momentum: a number in [0, 1) or a schedule that starts there."""

Coefficient = Annotated[Schedule, _starting("be at least 0", lambda start: start >= 0)]
"""A coefficient of regularisation: a number from 0 or a schedule."""

Probability = Annotated[Schedule, _starting("be at least 0 and less than 1", lambda start: 0 <= start < 1)]
"""A probability of dropping: a number in [0, 1) or a schedule that starts there."""

Deviation = Annotated[Schedule, _starting("be at least 0", lambda start: start >= 0)]
"""A standard deviation: a number from 0 or a schedule."""

MOST = 0.999
"""A schedule that takes a probability to 1 stops here: with nothing kept there is nothing to rescale."""


def probability(schedule: Schedule, iteration: int, epoch: int) -> float:
    """The schedule's value as a probability of dropping: a schedule may leave the range that it starts in."""
    return min(max(schedule.at(iteration, epoch), 0.0), MOST)
