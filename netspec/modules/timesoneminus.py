"""A parabola."""

from torch import Tensor, nn


class TimesOneMinus(nn.Module):
    """x·(1 − x), of the same shape."""

    def forward(self, input: Tensor) -> Tensor:
        """Of the same shape."""
        return input * (1 - input)
