"""Cosine decay."""

from math import cos, pi
from typing import Literal

from netspec.fields import NotNegative, Size
from netspec.schedules import Decay


class Cosine(Decay):
    """final + (initial − final)·(1 + cos(π·count/over))/2, and `final` from `over` on. Source: Loshchilov & Hutter, ICLR 2017. DL4J has none."""

    type: Literal["cosine"] = "cosine"

    over: Size
    """How many iterations or epochs until the value is `final`."""

    final: NotNegative = 0.0
    """Value at the end, from 0."""

    def after(self, count: int) -> float:
        """The value after `count` iterations or epochs."""
        done = min(count / self.over, 1.0)
        return self.final + (self.initial - self.final) * (1 + cos(pi * done)) / 2
