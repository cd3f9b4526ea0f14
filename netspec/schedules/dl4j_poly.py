"""The polynomial as DL4J computes it."""

from typing import Literal

from netspec.fields import Positive, Size
from netspec.schedules import Decay


class Dl4jPoly(Decay):
    """initial · (1 + count/over)^power, and 0 from `over` on: it rises before it drops. DL4J's PolySchedule; the one that falls is `poly`."""

    type: Literal["dl4j_poly"] = "dl4j_poly"

    power: Positive
    """Exponent, above 0."""

    over: Size
    """How many iterations or epochs until the value is 0."""

    def after(self, count: int) -> float:
        """The value after `count` iterations or epochs."""
        return 0.0 if count >= self.over else float(self.initial * (1 + count / self.over) ** self.power)
