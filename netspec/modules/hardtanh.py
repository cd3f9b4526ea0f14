"""Hard tangent whose derivative at its corners is 1."""

from torch import Tensor, nn


class HardTanh(nn.Module):
    """clip(x, −1, 1), of the same shape; the derivative at ±1 is 1 as in DL4J (torch's Hardtanh: 0)."""

    def forward(self, input: Tensor) -> Tensor:
        """clip(x, −1, 1)."""
        return input.clamp(-1, 1)
