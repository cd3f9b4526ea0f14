"""Noise added to an array."""

import torch
from torch import Tensor, nn


class GaussianNoise(nn.Module):
    """x + N(0, std²) in training, x otherwise. Shape: any."""

    def __init__(self, std: float) -> None:
        super().__init__()
        self.std = std

    def forward(self, input: Tensor) -> Tensor:
        """The input, disturbed."""
        return input + torch.randn_like(input) * self.std if self.training and self.std else input

    def extra_repr(self) -> str:
        """The settings, for `print(module)`."""
        return f"std={self.std}"
