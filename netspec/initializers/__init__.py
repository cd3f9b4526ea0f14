"""Initializers: distributions that weights and biases are drawn from before training."""

from typing import TYPE_CHECKING, ClassVar, NamedTuple

from netspec.component import Component

if TYPE_CHECKING:
    from torch import Generator, Tensor


class Fans(NamedTuple):
    """How many inputs feed one unit, and how many units one input feeds (DL4J's counts: stride divides `out`)."""

    into: float
    out: float


class Initializer(Component):
    """A distribution for a parameter, given its fans. A bare number is a `constant` one."""

    family: ClassVar[str] = "initializers"
    noun: ClassVar[str] = "weight initialisation"

    @classmethod
    def from_plain(cls, value: object) -> object:
        """A number fills the parameter with that number."""
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        return {"type": "constant", "value": value} if is_number else value

    def fill(self, tensor: "Tensor", fans: Fans, generator: "Generator") -> None:
        """Draw the whole tensor anew, in place; called without gradient tracking."""
        raise NotImplementedError
