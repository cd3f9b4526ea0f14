"""What is missing to 1."""

from typing import Literal

from netspec.schedules import Schedule


class Complement(Schedule):
    """1 − of: a probability of dropping where a schedule is known for that of keeping, as DL4J's dropout has it."""

    type: Literal["complement"] = "complement"

    of: Schedule
    """The schedule that is taken from 1."""

    @property
    def constant(self) -> bool:
        """Whether the other one never changes."""
        return self.of.constant

    def at(self, iteration: int, epoch: int) -> float:
        """What is missing to 1 at this iteration of this epoch."""
        return 1 - self.of.at(iteration, epoch)
