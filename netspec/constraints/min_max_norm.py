"""Norms between two bounds."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Literal, Self

from pydantic import Field, model_validator

from netspec.component import refuse
from netspec.constraints import NormConstraint
from netspec.fields import NotNegative, Positive

if TYPE_CHECKING:
    from torch import Tensor


class MinMaxNorm(NormConstraint):
    """w · (rate·n/(‖w‖₂ + 10⁻⁶) + 1 − rate) with n = min(max(‖w‖₂, min), max). DL4J's MinMaxNormConstraint, whose rate is another one unless it is 1."""

    type: Literal["min_max_norm"] = "min_max_norm"

    min: NotNegative
    """Smallest norm, from 0."""

    max: Positive
    """Largest norm, above 0 and not below `min`."""

    rate: Annotated[float, Field(gt=0, le=1)] = 1.0
    """How far weights go towards the bound in each update, in (0, 1]: 1 all the way."""

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.min > self.max:
            raise refuse(f"must be at least `min` ({self.min:g})", at=("max",), got=self.max)
        return self

    def build(self) -> "Callable[[Tensor], None]":
        """Rescaling of norms outside the bounds."""
        from netspec.optim.weight_norms import bring_between

        return lambda weight: bring_between(weight, self.axes(weight.shape), self.min, self.max, self.rate)
