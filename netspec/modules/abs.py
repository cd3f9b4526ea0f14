"""The absolute value."""

from torch import Tensor, nn


class Abs(nn.Module):
    """|x|, of the same shape."""

    def forward(self, input: Tensor) -> Tensor:
        """Of the same shape."""
        return input.abs()
