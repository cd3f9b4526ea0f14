"""Dropouts: noise on a layer's input while training."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from netspec.component import Component
from netspec.initializers import Distribution
from netspec.schedules import Probability, probability
from netspec.shapes import Shape

if TYPE_CHECKING:
    from torch import Tensor, nn


class Dropout(Component):
    """Noise on the input of a layer, in training only. A bare number is a `dropout` with that rate."""

    family: ClassVar[str] = "dropouts"
    noun: ClassVar[str] = "dropout"

    made_of: ClassVar[Distribution | None] = None
    """The numbers that `apply` takes; None where only the module of `build` can draw them."""

    by_channel: ClassVar[bool] = False
    """Whether one number is drawn for a whole channel of an example instead of each of its values."""

    @classmethod
    def from_plain(cls, value: object) -> object:
        """A number is the probability of dropping a value."""
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        return {"type": "dropout", "rate": value} if is_number else value

    def check(self, shape: Shape) -> None:
        """Refuse a shape this noise is not made for. Raises: Refused."""

    @property
    def constant(self) -> bool:
        """True when the noise is the same at every step."""
        raise NotImplementedError

    def at(self, iteration: int, epoch: int) -> dict[str, float]:
        """What the module's attributes are at this iteration (over the whole training) of this epoch."""
        raise NotImplementedError

    def build(self, shape: Shape) -> "nn.Module":
        """The noise as a module that draws from torch's generators, for inputs of this shape, at iteration 0."""
        raise NotImplementedError

    def apply(self, input: "Tensor", drawn: "Tensor", now: Mapping[str, float]) -> "Tensor":
        """The noise from numbers drawn elsewhere, which are broadcast to the input; `now` is what `at` says of this step."""
        raise NotImplementedError


class Dropping(Dropout):
    """Base of those that have a probability of dropping, called `p` in their modules."""

    rate: Probability
    """Probability of *dropping* a value, in [0, 1), or a schedule; DL4J's number is the probability of keeping it."""

    @property
    def constant(self) -> bool:
        """True when the rate never changes."""
        return self.rate.constant

    def at(self, iteration: int, epoch: int) -> dict[str, float]:
        """The rate at this iteration of this epoch."""
        return {"p": probability(self.rate, iteration, epoch)}
