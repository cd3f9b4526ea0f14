"""Noise added to a layer's input."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

from netspec.dropouts import Dropout
from netspec.initializers import Distribution
from netspec.schedules import Deviation
from netspec.shapes import Shape

if TYPE_CHECKING:
    from torch import Tensor, nn


class GaussianNoise(Dropout):
    """x + N(0, std²), another number for each value. DL4J's GaussianNoise."""

    type: Literal["gaussian_noise"] = "gaussian_noise"
    made_of = Distribution("normal", 0, 1)

    std: Deviation
    """Standard deviation of what is added, from 0, or a schedule."""

    @property
    def constant(self) -> bool:
        """True when the deviation never changes."""
        return self.std.constant

    def at(self, iteration: int, epoch: int) -> dict[str, float]:
        """The deviation at this iteration of this epoch."""
        return {"std": max(self.std.at(iteration, epoch), 0.0)}

    def build(self, shape: Shape) -> "nn.Module":
        """netspec's module of this name."""
        from netspec.modules.gaussian_noise import GaussianNoise as Module

        return Module(self.std.start)

    def apply(self, input: "Tensor", drawn: "Tensor", now: Mapping[str, float]) -> "Tensor":
        """Standard normal numbers become what is added."""
        return input + drawn * now["std"]
