"""Some of the features."""

from typing import TYPE_CHECKING, Literal

from netspec.errors import Refused
from netspec.fields import Count
from netspec.layers import Inferred, Layer
from netspec.shapes import KINDS, Shape, features, with_features

if TYPE_CHECKING:
    from torch import nn


class Subset(Layer):
    """Features (or channels) first … last. Shape: F → last − first + 1. DL4J's SubsetVertex."""

    type: Literal["subset"] = "subset"
    takes = KINDS

    first: Count = 0
    """Index of the first feature to keep, from 0."""

    last: Count
    """Index of the last feature to keep, from 0; it is kept too."""

    def infer(self, *inputs: Shape) -> Inferred:
        """F → last − first + 1."""
        there = features(inputs[0])
        if self.last >= there:
            raise Refused("last", f"must be at most {there - 1}, the last of {there} features", got=self.last)
        if self.first > self.last:
            raise Refused("first", f"must be at most `last` ({self.last})", got=self.first)
        return Inferred(with_features(inputs[0], self.last - self.first + 1))

    def build(self, *inputs: Shape) -> "nn.Module":
        """netspec's."""
        from netspec.modules.subset import Subset as Module

        return Module(self.first, self.last)
