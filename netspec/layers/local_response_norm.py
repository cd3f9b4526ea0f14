"""Local response normalisation."""

from typing import TYPE_CHECKING, Literal

from netspec.errors import Refused
from netspec.fields import NotNegative, Positive, Size
from netspec.layers import Inferred, NoisyLayer
from netspec.shapes import Convolutional

if TYPE_CHECKING:
    from torch import nn


class LocalResponseNorm(NoisyLayer):
    """x·(k + alpha·Σ x²)^(−beta), the sum over the `size` channels around each. Shape: any image → the same.

    torch divides alpha by size; here, as in the paper and in DL4J, it is not. Source: Krizhevsky et al., NIPS 2012; DL4J's LocalResponseNormalization.
    """

    type: Literal["local_response_norm"] = "local_response_norm"
    takes = (Convolutional,)

    size: Size = 5
    """Channels that a sum is over, an odd number."""

    k: Positive = 2.0
    """What the sum is added to."""

    alpha: NotNegative = 1e-4
    """Factor of the sum."""

    beta: NotNegative = 0.75
    """Power of the denominator."""

    def infer(self, *inputs: Convolutional) -> Inferred:
        """Any image stays as it is."""
        if self.size % 2 == 0:
            raise Refused("size", "must be odd, so that as many channels are on each side", got=self.size)
        return Inferred(inputs[0])

    def build(self, *inputs: Convolutional) -> "nn.Module":
        """torch's LocalResponseNorm, whose alpha is divided by the size."""
        from torch import nn

        return nn.LocalResponseNorm(self.size, alpha=self.alpha * self.size, beta=self.beta, k=self.k)
