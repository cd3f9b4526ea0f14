"""Constraints: what weights are brought back to after each update."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field

from netspec.component import Component, unset
from netspec.errors import Refused
from netspec.fields import Count, Role

if TYPE_CHECKING:
    from torch import Tensor


_HELD: Mapping[str, tuple[Role, ...]] = {
    "weights": ("weight", "recurrent"),
    "input_weights": ("weight",),
    "recurrent_weights": ("recurrent",),
    "biases": ("bias",),
    "all": ("weight", "recurrent", "bias", "gain"),
}


class Constraint(Component):
    """A condition that weights meet after every update, the updater having taken them where it would."""

    family: ClassVar[str] = "constraints"
    noun: ClassVar[str] = "constraint"

    apply_to: Literal["weights", "input_weights", "recurrent_weights", "biases", "all"] = "weights"
    """What is constrained: weights (of recurrent layers also those of the input or the recurrent ones alone), biases, or all parameters, gains included."""

    def holds_for(self, role: Role) -> bool:
        """Whether parameters of this role are constrained."""
        return role in _HELD[self.apply_to]

    def check(self, shape: tuple[int, ...]) -> None:
        """Refuse a parameter of a shape that this cannot constrain. Raises: Refused."""

    def build(self) -> "Callable[[Tensor], None]":
        """A function that constrains one parameter, in place."""
        raise NotImplementedError


def _axes(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else (value,) if isinstance(value, int) else value


class NormConstraint(Constraint):
    """Base of those that look at L2 norms ‖w‖₂, one for each unit or filter unless `dimensions` says otherwise."""

    dimensions: Annotated[tuple[Count, ...], BeforeValidator(_axes), Field(max_length=8)] = unset()
    """Axes of the array that one norm goes over, from 0: all but the first (n_out) when nothing is said, [] for the whole array; a bias is one vector."""

    def axes(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        """The axes of an array of this shape that one norm goes over."""
        every = tuple(range(len(shape)))
        if len(shape) < 2 or self.dimensions == ():
            return every
        return every[1:] if self.dimensions is None else self.dimensions

    def check(self, shape: tuple[int, ...]) -> None:
        """Every axis must be there."""
        if any(axis >= len(shape) for axis in self.axes(shape)):
            sizes = "x".join(map(str, shape))
            raise Refused("dimensions", f"must be below {len(shape)}, as there are weights of {sizes}", got=list(self.dimensions), help="or leave them out")


def _listed(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else (value,) if isinstance(value, str | dict | Constraint) else value


Constraints = Annotated[tuple[Constraint, ...], BeforeValidator(_listed)]
"""One constraint, or a list of them, applied in this order; `[]` for none."""
