"""No weight below 0."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

from netspec.constraints import Constraint

if TYPE_CHECKING:
    from torch import Tensor


class NonNegative(Constraint):
    """max(w, 0). DL4J's NonNegativeConstraint."""

    type: Literal["non_negative"] = "non_negative"

    def build(self) -> "Callable[[Tensor], None]":
        """torch's clamp."""
        return _clamp


def _clamp(weight: "Tensor") -> None:
    weight.clamp_(min=0)
