"""Norms of 1."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

from netspec.constraints import NormConstraint

if TYPE_CHECKING:
    from torch import Tensor


class UnitNorm(NormConstraint):
    """w / ‖w‖₂; weights that are all 0 stay. DL4J's UnitNormConstraint."""

    type: Literal["unit_norm"] = "unit_norm"

    def build(self) -> "Callable[[Tensor], None]":
        """Division by the norm."""
        from netspec.optim.weight_norms import make_unit

        return lambda weight: make_unit(weight, self.axes(weight.shape))
