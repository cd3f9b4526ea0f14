"""The cycle as DL4J computes it."""

from typing import Literal

from netspec.schedules._cycle import Cyclic


class Dl4jCycle(Cyclic):
    """DL4J's CycleSchedule: as `cycle`, but up and down take ⌊(length − annealing)/2⌋ each, and a step left over is initial/decay."""

    type: Literal["dl4j_cycle"] = "dl4j_cycle"

    def after(self, count: int) -> float:
        """The value after `count` iterations or epochs."""
        place, half = count % self.length, (self.length - self.annealing) // 2
        slope = (self.peak - self.initial) / max(half, 1)
        if place < half:
            return self.initial + slope * place
        if place < 2 * half:
            return self.peak - slope * (place - half)
        return float(self.initial * self.decay ** (self.annealing - (self.length - place)))
