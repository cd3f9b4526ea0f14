"""Plain dropout."""

from typing import TYPE_CHECKING, Literal

from netspec.dropouts import Dropout
from netspec.fields import Fraction
from netspec.shapes import Shape

if TYPE_CHECKING:
    from torch import nn


class PlainDropout(Dropout):
    """Zeroes each value with probability `rate` and divides the rest by 1 − rate. Source: Srivastava et al., JMLR 2014."""

    type: Literal["dropout"] = "dropout"

    rate: Fraction
    """Probability of *dropping* a value, in [0, 1); DL4J's number is the probability of keeping it."""

    def build(self, shape: Shape) -> "nn.Module":
        """torch's Dropout."""
        from torch import nn

        return nn.Dropout(self.rate)
