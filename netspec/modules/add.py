"""Sum of several arrays."""

from functools import reduce

import torch
from torch import Tensor, nn


class Add(nn.Module):
    """x₁ + x₂ + …. Shape: arrays that broadcast → the largest of them."""

    def forward(self, *inputs: Tensor) -> Tensor:
        """One array."""
        return reduce(torch.add, inputs)
