"""Norms with an upper bound."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

from netspec.constraints import NormConstraint
from netspec.fields import Positive

if TYPE_CHECKING:
    from torch import Tensor


class MaxNorm(NormConstraint):
    """w · min(‖w‖₂, max)/(‖w‖₂ + 10⁻⁶). Source: Srivastava et al., JMLR 2014, section 5.1; DL4J's MaxNormConstraint."""

    type: Literal["max_norm"] = "max_norm"

    max: Positive
    """Largest norm, above 0."""

    def build(self) -> "Callable[[Tensor], None]":
        """Rescaling of norms above `max`."""
        from netspec.optim.weight_norms import bring_between

        return lambda weight: bring_between(weight, self.axes(weight.shape), 0.0, self.max)
