"""A value that goes from one level to another along a sigmoid."""

from math import exp
from typing import Literal

from pydantic import Field

from netspec.fields import Count
from netspec.schedules import Decay


class Sigmoid(Decay):
    """initial / (1 + e^(−gamma·(count − step))): with gamma above 0 it rises to `initial`, below 0 it falls from it. DL4J's SigmoidSchedule."""

    type: Literal["sigmoid"] = "sigmoid"

    initial: float = Field(ge=0)
    """The upper level, from 0; where gamma is below 0 the value starts near it."""

    gamma: float
    """Steepness; below 0 the value falls."""

    step: Count
    """Iterations or epochs until half of `initial`, from 0."""

    def after(self, count: int) -> float:
        """The value after `count` iterations or epochs."""
        x = self.gamma * (count - self.step)
        return self.initial / (1 + exp(-x)) if x >= 0 else self.initial * exp(x) / (1 + exp(x))
