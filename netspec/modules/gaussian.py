"""Dropout by a factor around 1."""

import torch
from torch import Tensor, nn


class Gaussian(nn.Module):
    """x · N(1, p/(1 − p)) in training, x otherwise. Shape: any."""

    def __init__(self, p: float) -> None:
        super().__init__()
        self.p = p

    def forward(self, input: Tensor) -> Tensor:
        """The input, disturbed."""
        if not self.training or self.p == 0:
            return input
        return input * torch.empty_like(input).normal_(1.0, (self.p / (1 - self.p)) ** 0.5)

    def extra_repr(self) -> str:
        """The settings, for `print(module)`."""
        return f"p={self.p}"
