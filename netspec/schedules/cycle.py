"""A cycle up, down and lower."""

from typing import Literal

from netspec.schedules._cycle import Cyclic


class Cycle(Cyclic):
    """Straight from `initial` to `peak` and back over length − annealing, then initial·decay^k in the k-th step after it; again and again.

    Source: Smith, 2018. Where length − annealing is even, DL4J's CycleSchedule; else DL4J rounds down and begins the annealing with a spike.
    """

    type: Literal["cycle"] = "cycle"

    def after(self, count: int) -> float:
        """The value after `count` iterations or epochs."""
        place, straight = count % self.length, self.length - self.annealing
        if place >= straight:
            return float(self.initial * self.decay ** (place - straight))
        from_peak = abs(2 * place / straight - 1)
        return self.peak + (self.initial - self.peak) * from_peak
