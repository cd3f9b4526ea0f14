"""What the truncated normal distributions share: how torch draws them."""

from typing import TYPE_CHECKING

from netspec.initializers import Fans, Initializer
from netspec.initializers._scaled import Scaled

if TYPE_CHECKING:
    from torch import Generator, Tensor


class Truncated(Initializer):
    """A normal distribution of which nothing lies beyond two deviations."""

    def fill(self, tensor: "Tensor", fans: Fans, generator: "Generator") -> None:
        """Draw the whole tensor anew, in place."""
        from torch.nn.init import trunc_normal_

        if drawn := self.distribution(fans):
            mean, std = drawn.first, drawn.second
            trunc_normal_(tensor, mean, std, mean - 2 * std, mean + 2 * std, generator)


class ScaledTruncated(Truncated, Scaled):
    """One whose variance is `scale` over a fan."""
