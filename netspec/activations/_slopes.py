"""What `rrelu` and `dl4j_rrelu` share: a range that slopes are drawn from."""

from typing import Self

from pydantic import model_validator

from netspec.activations import Activation
from netspec.component import refuse
from netspec.fields import NotNegative


class DrawnSlopes(Activation):
    """x for x >= 0, a·x below, with a drawn from U(lower, upper) for each element while training."""

    lower: NotNegative = 1 / 8
    """Smallest slope that can be drawn, from 0."""

    upper: NotNegative = 1 / 3
    """Largest slope, at least `lower`."""

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.lower > self.upper:
            raise refuse(f"must be at least `lower` ({self.lower:g})", at=("upper",), got=self.upper)
        return self
