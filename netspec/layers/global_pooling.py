"""Pooling of everything there is of a channel."""

from math import inf
from typing import TYPE_CHECKING, Literal

from netspec.component import unset
from netspec.layers import Inferred, NoisyLayer
from netspec.layers._pooling import Exponent, Pooling, check_exponent
from netspec.shapes import GRIDS, FeedForward, Grid

if TYPE_CHECKING:
    from torch import nn


class GlobalPooling(NoisyLayer):
    """Largest value, average, sum or p-norm (Σ|x|^p)^(1/p) of each channel over a whole sequence, image or volume.

    What is masked is left out; where all is, the result is 0.

    Shape: C×H×W → C; sequences T×C → C. DL4J's GlobalPoolingLayer.
    """

    type: Literal["global_pooling"] = "global_pooling"
    takes = GRIDS
    takes_mask = True

    pooling: Pooling = "max"
    """What is taken of each channel: max, avg, sum or pnorm."""

    p: Exponent = unset()
    """The p of pnorm, at least 1; 2 is the Euclidean norm."""

    collapse_dimensions: bool = True
    """Whether the result is a flat vector; otherwise the axes stay, each of size 1."""

    @property
    def takes_largest(self) -> bool:
        """True for max pooling."""
        return self.pooling == "max"

    def infer(self, *inputs: Grid) -> Inferred:
        """C×H×W → C."""
        check_exponent(self.pooling, self.p)
        grid = inputs[0]
        return Inferred(FeedForward(grid.channels) if self.collapse_dimensions else grid.with_sides(grid.channels, tuple(1 for _ in grid.sides)))

    def foresight(self, *inputs: Grid) -> float:
        """All steps."""
        return inf

    def build(self, *inputs: Grid) -> "nn.Module":
        """netspec's."""
        from netspec.modules.global_pooling import GlobalPool

        return GlobalPool(self.pooling, p=self.p, keep=not self.collapse_dimensions)
