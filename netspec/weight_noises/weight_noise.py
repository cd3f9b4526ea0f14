"""Weights disturbed by a distribution."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

from netspec.initializers import Distribution, Fans, Initializer
from netspec.weight_noises import WeightNoise

if TYPE_CHECKING:
    from torch import Tensor, nn


class FromDistribution(WeightNoise):
    """w + ε, or w · ε, with ε from a distribution. DL4J's WeightNoise."""

    type: Literal["weight_noise"] = "weight_noise"

    distribution: Initializer
    """What ε is drawn from, for example {type: normal, std: 0.1}."""

    additive: bool = True
    """Whether ε is added or, if false, multiplied."""

    def build(self, fans: Fans) -> "nn.Module":
        """netspec's module of this name."""
        from netspec.modules.weight_noise import WeightNoise as Module

        return Module(self.distribution, fans, additive=self.additive)

    def made_of(self, fans: Fans) -> Distribution | None:
        """What ε is drawn from."""
        return self.distribution.distribution(fans)

    def apply(self, weight: "Tensor", drawn: "Tensor", now: Mapping[str, float]) -> "Tensor":
        """The numbers are ε."""
        return weight + drawn if self.additive else weight * drawn
