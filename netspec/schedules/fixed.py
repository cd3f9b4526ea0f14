"""A value that stays."""

from typing import Literal

from netspec.schedules import Schedule


class Fixed(Schedule):
    """The same value at every step; a bare number means this. DL4J's FixedSchedule."""

    type: Literal["fixed"] = "fixed"

    value: float
    """The value."""

    @property
    def constant(self) -> bool:
        """True: it never changes."""
        return True

    def at(self, iteration: int, epoch: int) -> float:
        """The value, whatever the step."""
        return self.value
