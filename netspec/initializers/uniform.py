"""A uniform distribution with its own bounds."""

from typing import TYPE_CHECKING, Literal, Self

from pydantic import model_validator

from netspec.component import refuse
from netspec.initializers import Fans, Initializer

if TYPE_CHECKING:
    from torch import Generator, Tensor


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

    def fill(self, tensor: "Tensor", fans: Fans, generator: "Generator") -> None:
        """Draw the whole tensor anew, in place."""
        tensor.uniform_(self.low, self.high, generator=generator)
