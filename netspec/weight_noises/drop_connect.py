"""Weights that are left out at random."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

from netspec.initializers import Distribution, Fans
from netspec.schedules import Probability, probability
from netspec.weight_noises import WeightNoise

if TYPE_CHECKING:
    from torch import Tensor, nn


class DropConnect(WeightNoise):
    """Zeroes each weight with probability `rate`; the rest is not rescaled. Source: Wan et al., ICML 2013; DL4J's DropConnect."""

    type: Literal["drop_connect"] = "drop_connect"

    rate: Probability
    """Probability of *dropping* a weight, in [0, 1), or a schedule; DL4J's number is the probability of keeping it."""

    @property
    def constant(self) -> bool:
        """True when the rate never changes."""
        return self.rate.constant

    def at(self, iteration: int, epoch: int) -> dict[str, float]:
        """The rate at this iteration of this epoch."""
        return {"p": probability(self.rate, iteration, epoch)}

    def build(self, fans: Fans) -> "nn.Module":
        """netspec's module of this name."""
        from netspec.modules.drop_connect import DropConnect as Module

        return Module(self.rate.start)

    def made_of(self, fans: Fans) -> Distribution:
        """Numbers in [0, 1)."""
        return Distribution("uniform", 0, 1)

    def apply(self, weight: "Tensor", drawn: "Tensor", now: Mapping[str, float]) -> "Tensor":
        """Kept where the number is below 1 − rate."""
        return weight * (drawn < 1 - now["p"])
