"""The sine."""

from torch import Tensor, nn


class Sin(nn.Module):
    """sin(x), of the same shape."""

    def forward(self, input: Tensor) -> Tensor:
        """Of the same shape."""
        return input.sin()
