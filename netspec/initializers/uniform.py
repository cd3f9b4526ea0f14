"""A uniform distribution with its own bounds."""

from typing import Literal, Self

from pydantic import model_validator

from netspec.component import refuse
from netspec.initializers import Distribution, Fans, Initializer


class Uniform(Initializer):
    """U(low, high), whatever the fans. DL4J's UniformDistribution, whose bounds are called lower and upper."""

    type: Literal["uniform"] = "uniform"

    low: float
    """Smallest value that can be drawn, below `high`."""

    high: float
    """Bound that no drawn value reaches."""

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.low >= self.high:
            raise refuse(f"must be greater than `low` ({self.low:g})", at=("high",), got=self.high)
        return self

    def distribution(self, fans: Fans) -> Distribution:
        """U(low, high)."""
        return Distribution("uniform", self.low, self.high)
