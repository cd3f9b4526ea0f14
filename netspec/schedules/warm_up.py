"""A straight line up to the start of another schedule."""

from typing import Literal, Self

from pydantic import model_validator

from netspec.component import refuse
from netspec.fields import Size
from netspec.schedules import Decay, Schedule


class WarmUp(Decay):
    """Straight from `initial` to the start of `then` over `over` iterations or epochs, then that schedule from its start. DL4J has none."""

    type: Literal["warm_up"] = "warm_up"

    over: Size
    """How many iterations or epochs the line takes."""

    then: Schedule
    """What comes after it, a number or a schedule, counted from its end; it must count iterations or epochs as this one does."""

    @model_validator(mode="after")
    def _alike(self) -> Self:
        if getattr(self.then, "per", self.per) != self.per:
            raise refuse(f"must be {self.per}, which the warm-up counts", at=("then", "per"), got=getattr(self.then, "per", None))
        return self

    def at(self, iteration: int, epoch: int) -> float:
        """The value at this iteration (over the whole training) of this epoch."""
        count = iteration if self.per == "iteration" else epoch
        if count < self.over:
            return self.after(count)
        return self.then.at(iteration - self.over, epoch) if self.per == "iteration" else self.then.at(iteration, epoch - self.over)

    def after(self, count: int) -> float:
        """The value after `count` iterations or epochs of the line."""
        return self.initial + (self.then.start - self.initial) * count / self.over
