"""One cycle: up and down once over the whole training."""

from math import cos, pi
from typing import Annotated, Literal

from pydantic import Field

from netspec.fields import NotNegative, Size
from netspec.schedules import Decay


class OneCycle(Decay):
    """Along half cosines from `initial` to `peak` in rise·over, to `final` by `over`, then it stays. Source: Smith & Topin, 2018. DL4J has none."""

    type: Literal["one_cycle"] = "one_cycle"

    peak: NotNegative
    """Largest value, from 0."""

    over: Size
    """How many iterations or epochs until the value is `final`."""

    rise: Annotated[float, Field(gt=0, lt=1)] = 0.3
    """Share of `over` in which the value rises, between 0 and 1."""

    final: NotNegative = 0.0
    """Value at the end, from 0."""

    def after(self, count: int) -> float:
        """The value after `count` iterations or epochs."""
        done = min(count / self.over, 1.0)
        if done < self.rise:
            return _eased(self.initial, self.peak, done / self.rise)
        return _eased(self.peak, self.final, (done - self.rise) / (1 - self.rise))


def _eased(start: float, end: float, done: float) -> float:
    """From start to end along half a cosine."""
    return end + (start - end) * (1 + cos(pi * done)) / 2
