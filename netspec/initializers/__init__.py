"""Initializers: distributions that weights and biases are drawn from before training."""

from typing import TYPE_CHECKING, ClassVar, Literal, NamedTuple

from netspec.component import Component

if TYPE_CHECKING:
    from torch import Generator, Tensor


class Fans(NamedTuple):
    """How many inputs feed one unit, and how many units one input feeds (DL4J's counts: stride divides `out`)."""

    into: float
    out: float


class Distribution(NamedTuple):
    """What every value of a parameter is drawn from, by name, so that any source of random numbers can draw it.

    normal (mean, deviation) · uniform (low, high) · truncated_normal (mean, deviation; nothing beyond two deviations) ·
    log_normal (mean and deviation of the logarithm) · binomial (trials, probability of success).
    """

    name: Literal["normal", "uniform", "truncated_normal", "log_normal", "binomial"]
    first: float
    second: float


class Initializer(Component):
    """A distribution for a parameter, given its fans. A bare number is a `constant` one."""

    family: ClassVar[str] = "initializers"
    noun: ClassVar[str] = "weight initialisation"

    by_chance: ClassVar[bool] = True
    """False where nothing is drawn: the same values from every seed."""

    @classmethod
    def from_plain(cls, value: object) -> object:
        """A number fills the parameter with that number."""
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        return {"type": "constant", "value": value} if is_number else value

    def check(self, shape: tuple[int, ...]) -> None:
        """Raise Refused when it cannot fill an array of this shape."""

    def distribution(self, fans: Fans) -> Distribution | None:
        """What each value is drawn from, by itself; None where only `fill` knows, and no source but torch can draw it."""
        return None

    def fill(self, tensor: "Tensor", fans: Fans, generator: "Generator") -> None:
        """Draw the whole tensor anew, in place; called without gradient tracking. A normal or uniform distribution is enough said."""
        drawn = self.distribution(fans)
        draw = {"normal": tensor.normal_, "uniform": tensor.uniform_}.get(drawn.name) if drawn else None
        if drawn is None or draw is None:
            raise NotImplementedError
        draw(drawn.first, drawn.second, generator=generator)
