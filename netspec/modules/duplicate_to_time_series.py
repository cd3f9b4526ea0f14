"""A vector at every step of a sequence."""

from torch import Tensor, nn


class DuplicateToTimeSeries(nn.Module):
    """The vector once for each step. Shape: N×F, N×T×G → N×T×F."""

    def forward(self, vector: Tensor, sequence: Tensor) -> Tensor:
        """The sequence of equal steps."""
        return vector.unsqueeze(1).expand(-1, sequence.shape[1], -1)
