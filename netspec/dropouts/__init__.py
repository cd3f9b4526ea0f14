"""Dropouts: noise on a layer's input while training."""

from typing import TYPE_CHECKING, ClassVar

from netspec.component import Component
from netspec.shapes import Shape

if TYPE_CHECKING:
    from torch import nn


class Dropout(Component):
    """Noise on the input of a layer, in training only. A bare number is a `dropout` with that rate."""

    family: ClassVar[str] = "dropouts"
    noun: ClassVar[str] = "dropout"

    @classmethod
    def from_plain(cls, value: object) -> object:
        """A number is the probability of dropping a value."""
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        return {"type": "dropout", "rate": value} if is_number else value

    def check(self, shape: Shape) -> None:
        """Refuse a shape this noise is not made for. Raises: Refused."""

    def build(self, shape: Shape) -> "nn.Module":
        """The noise as a module, for inputs of this shape."""
        raise NotImplementedError
