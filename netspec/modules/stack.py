"""Batches on top of one another."""

import torch
from torch import Tensor, nn


class Stack(nn.Module):
    """Concatenation along the batch. Shape: N×…, N×…, … → kN×…."""

    def forward(self, *inputs: Tensor) -> Tensor:
        """One batch."""
        return torch.cat(inputs)
