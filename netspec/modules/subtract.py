"""Difference of two arrays."""

from torch import Tensor, nn


class Subtract(nn.Module):
    """x₁ − x₂. Shape: two arrays that broadcast → the larger."""

    def forward(self, minuend: Tensor, subtrahend: Tensor) -> Tensor:
        """One array."""
        return minuend - subtrahend
