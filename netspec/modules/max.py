"""Largest of several arrays."""

from functools import reduce

import torch
from torch import Tensor, nn


class Max(nn.Module):
    """max(x₁, x₂, …); equal values share the gradient. Shape: arrays that broadcast → the largest of them."""

    def forward(self, *inputs: Tensor) -> Tensor:
        """One array."""
        return reduce(torch.maximum, inputs)
