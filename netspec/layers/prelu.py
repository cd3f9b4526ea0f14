"""A leaky ReLU whose slopes are trained."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Literal

from netspec.component import Inherit, unset
from netspec.errors import Refused
from netspec.fields import Sizes
from netspec.initializers import Initializer
from netspec.layers import Inferred, Parameter, WeightedLayer
from netspec.shapes import KINDS, Shape

if TYPE_CHECKING:
    from torch import nn


class PRelu(WeightedLayer):
    """max(0, x) + a·min(0, x), a slope for each value of an example or shared along axes. Shape: any → the same.

    Source: He et al., ICCV 2015; DL4J's PReLULayer.
    """

    type: Literal["prelu"] = "prelu"
    takes = KINDS
    zeroes_masked = "input"

    shared_axes: Sizes = unset()
    """Axes of an example along which all values have one slope, from 1: [2, 3] is a slope for each channel of an image; none when nothing is said."""

    weight_init: Annotated[Initializer, Inherit(from_network=False)] = unset()
    """Slopes at the start: a number or a distribution; 0, as in DL4J, when nothing is said."""

    def defaults(self) -> Mapping[str, object]:
        """DL4J's slope 0."""
        return {**super().defaults(), "weight_init": 0}

    def slopes(self, shape: Shape) -> tuple[int, ...]:
        """Shape of a, 1 along shared axes. Raises: Refused."""
        shared, axes = self.shared_axes or (), len(shape.dims)
        if max(shared, default=0) > axes:
            raise Refused("shared_axes", f"must be at most {axes}, the last axis of {shape}", got=list(shared))
        sizes = tuple(1 if axis in shared else size for axis, size in enumerate(shape.dims, 1))
        if None in sizes:
            raise Refused("shared_axes", f"must have the axis of the steps (1), as the length of {shape} varies")
        return tuple(size or 0 for size in sizes)

    def infer(self, *inputs: Shape) -> Inferred:
        """Any shape stays as it is."""
        return Inferred(inputs[0], {"weight": Parameter(self.slopes(inputs[0]))})

    def build(self, *inputs: Shape) -> "nn.Module":
        """netspec's; torch's shares one slope or has one a channel."""
        from netspec.modules.prelu import PRelu as Module

        return Module(self.slopes(inputs[0]))
