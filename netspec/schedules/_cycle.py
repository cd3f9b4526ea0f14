"""What `cycle` and `dl4j_cycle` share: their words."""

from typing import Self

from pydantic import model_validator

from netspec.component import refuse
from netspec.fields import Count, NotNegative, Positive, Size
from netspec.schedules import Decay


class Cyclic(Decay):
    """A value that goes from `initial` up to `peak` and back in straight lines, then falls below `initial`, again and again."""

    peak: NotNegative
    """Largest value, from 0."""

    length: Size
    """Iterations or epochs of a whole cycle."""

    annealing: Count = 0
    """Iterations or epochs at the end of each cycle in which the value falls below `initial`, from 0, fewer than `length`."""

    decay: Positive = 0.1
    """Factor applied after each of them, above 0."""

    @model_validator(mode="after")
    def _long_enough(self) -> Self:
        if self.annealing >= self.length:
            raise refuse(f"must be less than `length` ({self.length})", at=("annealing",), got=self.annealing)
        return self
