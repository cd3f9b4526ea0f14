"""A decay that is applied to what it gave the step before, as DL4J's rate policies were."""

import sys
from functools import cache
from typing import Literal, Self, cast

from pydantic import model_validator

from netspec.component import refuse
from netspec.schedules import Decay, Schedule


class Dl4jCompounding(Schedule):
    """initial · Π decay(k)/initial for k = 0 … count: each step multiplies the value of the step before by what `decay` has made of its start by then.

    What the learning-rate policies of DL4J up to 0.9.1 computed; without this word a schedule means what it says.
    """

    type: Literal["dl4j_compounding"] = "dl4j_compounding"

    decay: Schedule
    """The schedule that is compounded, one with an `initial` above 0."""

    @model_validator(mode="after")
    def _has_a_start(self) -> Self:
        if not isinstance(self.decay, Decay) or self.decay.initial <= 0:
            raise refuse("must be a schedule with an `initial` above 0", at=("decay",), got=self.decay.type)
        return self

    def at(self, iteration: int, epoch: int) -> float:
        """The value at this iteration (over the whole training) of this epoch."""
        decay = cast("Decay", self.decay)
        now, known = iteration if decay.per == "iteration" else epoch, _products(decay)
        for count in range(len(known), now + 1):
            before = known[-1] if known else decay.initial
            known.append(min(before * (decay.at(count, count) / decay.initial), sys.float_info.max))
        return known[now]


@cache
def _products(decay: Decay) -> list[float]:
    """The values so far, so that each step costs one multiplication."""
    return []
