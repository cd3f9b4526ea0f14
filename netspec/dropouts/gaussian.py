"""Dropout by a factor around 1."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

from netspec.dropouts import Dropping
from netspec.initializers import Distribution
from netspec.schedules import Probability
from netspec.shapes import Shape

if TYPE_CHECKING:
    from torch import Tensor, nn


class Gaussian(Dropping):
    """x · N(1, rate/(1 − rate)), a new factor for each value. Source: Srivastava et al., JMLR 2014, section 10; DL4J's GaussianDropout."""

    type: Literal["gaussian"] = "gaussian"
    made_of = Distribution("normal", 0, 1)

    rate: Probability
    """The factors have the variance rate/(1 − rate), that of a plain dropout with this rate: in [0, 1), or a schedule."""

    def build(self, shape: Shape) -> "nn.Module":
        """netspec's module of this name."""
        from netspec.modules.gaussian import Gaussian as Module

        return Module(self.rate.start)

    def apply(self, input: "Tensor", drawn: "Tensor", now: Mapping[str, float]) -> "Tensor":
        """Standard normal numbers become the factors."""
        std: float = (now["p"] / (1 - now["p"])) ** 0.5
        return input * (1 + drawn * std)
