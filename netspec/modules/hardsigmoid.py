"""DL4J's hard sigmoid."""

from torch import Tensor, nn


class HardSigmoid(nn.Module):
    """clip(0.2·x + 0.5, 0, 1), of the same shape."""

    def forward(self, input: Tensor) -> Tensor:
        """clip(0.2·x + 0.5, 0, 1)."""
        return (0.2 * input + 0.5).clamp(0, 1)
