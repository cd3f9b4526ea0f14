"""Plain dropout."""

from typing import TYPE_CHECKING, Literal

from netspec.dropouts import Dropping
from netspec.shapes import Shape

if TYPE_CHECKING:
    from torch import nn


class PlainDropout(Dropping):
    """Zeroes each value with probability `rate` and divides the rest by 1 − rate. Source: Srivastava et al., JMLR 2014."""

    type: Literal["dropout"] = "dropout"

    def build(self, shape: Shape) -> "nn.Module":
        """torch's Dropout."""
        from torch import nn

        return nn.Dropout(self.rate.start)
