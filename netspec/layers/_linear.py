"""What `dense` and `output` share: one weight matrix and a bias."""

from typing import TYPE_CHECKING, ClassVar

from netspec.fields import Size
from netspec.initializers import Fans
from netspec.layers import Inferred, Parameter, WeightedLayer
from netspec.shapes import FeedForward, Recurrent, Shape

if TYPE_CHECKING:
    from torch import nn


class Linear(WeightedLayer):
    """W·x + b. Shape: F → n_out; a sequence step by step."""

    takes: ClassVar[tuple[type[Shape], ...]] = (FeedForward, Recurrent)

    n_out: Size
    """Units this layer produces."""

    has_bias: bool = True
    """Whether b is there."""

    def infer(self, *inputs: FeedForward | Recurrent) -> Inferred:
        """F → n_out."""
        shape = inputs[0]
        fans = Fans(shape.size, self.n_out)
        bias = {"bias": Parameter((self.n_out,), "bias", fans)} if self.has_bias else {}
        output = Recurrent(self.n_out, shape.length) if isinstance(shape, Recurrent) else FeedForward(self.n_out)
        return Inferred(output, {"weight": Parameter((self.n_out, shape.size), fans=fans), **bias})

    def build(self, *inputs: FeedForward | Recurrent) -> "nn.Module":
        """torch's Linear."""
        from netspec.modules.linear import Linear as Module

        return Module(inputs[0].size, self.n_out, bias=self.has_bias)
