"""From a sequence to its last step."""

from torch import Tensor, nn


class LastTimeStep(nn.Module):
    """The last step. Shape: N×T×F → N×F."""

    def forward(self, input: Tensor) -> Tensor:
        """One step of each example."""
        return input[:, -1]
