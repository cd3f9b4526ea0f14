"""Weights that are left out at random."""

import torch
from torch import Tensor, nn


class DropConnect(nn.Module):
    """Each weight is 0 with probability p, else as it is. Shape: any."""

    def __init__(self, p: float) -> None:
        super().__init__()
        self.p = p

    def forward(self, weight: Tensor) -> Tensor:
        """The weight, disturbed."""
        return weight * torch.empty_like(weight).bernoulli_(1 - self.p)

    def extra_repr(self) -> str:
        """The settings, for `print(module)`."""
        return f"p={self.p}"
