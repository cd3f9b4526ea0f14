"""Layer normalisation."""

from typing import TYPE_CHECKING, Literal

from netspec.fields import Positive
from netspec.layers import Inferred, Parameter, WeightedLayer
from netspec.shapes import KINDS, Convolutional, Convolutional3D, Shape

if TYPE_CHECKING:
    from torch import nn


class LayerNorm(WeightedLayer):
    """weight·(x − mean)/√(var + epsilon) + bias over the features of a vector or a step, or all values of an image. Shape: any → the same.

    Source: Ba et al., 2016; torch's LayerNorm.
    """

    type: Literal["layer_norm"] = "layer_norm"
    takes = KINDS
    zeroes_masked = "input"

    epsilon: Positive = 1e-5
    """Added to the variance before the root."""

    has_bias: bool = True
    """Whether the offset after normalising is there (trained); the factor always is."""

    def infer(self, *inputs: Shape) -> Inferred:
        """Any shape stays as it is; a factor and an offset for each value that is normalised."""
        names = ("weight", "bias") if self.has_bias else ("weight",)
        return Inferred(inputs[0], {name: Parameter(_normalized(inputs[0]), "gain") for name in names})

    def build(self, *inputs: Shape) -> "nn.Module":
        """torch's LayerNorm."""
        from torch import nn

        return nn.LayerNorm(_normalized(inputs[0]), eps=self.epsilon, bias=self.has_bias)


def _normalized(shape: Shape) -> tuple[int, ...]:
    return shape.dims if isinstance(shape, Convolutional | Convolutional3D) else (shape.size,)  # type: ignore[return-value]  # images have no open size
