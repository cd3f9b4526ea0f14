"""Arrays beside one another."""

from typing import TYPE_CHECKING, Literal

from netspec.errors import Refused
from netspec.layers import Inferred
from netspec.layers._combining import Combining, check_kind, check_number
from netspec.shapes import Shape, features, with_features
from netspec.words import listed

if TYPE_CHECKING:
    from torch import nn


class Merge(Combining):
    """Features of all inputs in a row, in the order of `input`; channels of images. Shape: F₁, F₂, … → F₁ + F₂ + …. DL4J's MergeVertex."""

    type: Literal["merge"] = "merge"

    def infer(self, *inputs: Shape) -> Inferred:
        """Everything but the features is equal."""
        check_number(inputs)
        check_kind(inputs)
        around = {with_features(shape, 1) for shape in inputs if None not in shape.dims}
        if len(around) > 1:
            raise Refused("input", f"must be arrays that differ in their features only, got {listed(map(str, inputs), 'and')}")
        return Inferred(with_features(next((shape for shape in inputs if None not in shape.dims), inputs[0]), sum(map(features, inputs))))

    def build(self, *inputs: Shape) -> "nn.Module":
        """netspec's."""
        from netspec.modules.merge import Merge as Module

        return Module()
