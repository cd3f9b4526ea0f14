"""A weight and a bias for each feature."""

from typing import TYPE_CHECKING, Literal

from netspec.initializers import Fans
from netspec.layers import ActivatedLayer, Inferred, Parameter
from netspec.shapes import FeedForward, Recurrent

if TYPE_CHECKING:
    from torch import nn


class ElementwiseMultiplication(ActivatedLayer):
    """activation(w·x + b), feature by feature. Shape: F → F; a sequence step by step. DL4J's ElementWiseMultiplicationLayer."""

    type: Literal["elementwise_multiplication"] = "elementwise_multiplication"
    takes = (FeedForward, Recurrent)
    zeroes_masked = "both"

    def infer(self, *inputs: FeedForward | Recurrent) -> Inferred:
        """F → F."""
        size = inputs[0].size
        fans = Fans(size, size)
        return Inferred(inputs[0], {"weight": Parameter((size,), fans=fans), "bias": Parameter((size,), "bias", fans)})

    def build(self, *inputs: FeedForward | Recurrent) -> "nn.Module":
        """netspec's."""
        from netspec.modules.elementwise_multiplication import ElementwiseMultiplication as Module

        return Module(inputs[0].size)
