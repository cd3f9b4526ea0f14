"""A sequence from its end to its start."""

from torch import Tensor, nn


class ReverseTimeSeries(nn.Module):
    """Steps in reverse order. Shape: N×T×F → the same."""

    def forward(self, input: Tensor) -> Tensor:
        """The last step first."""
        return input.flip(1)
