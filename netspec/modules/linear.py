"""A fully connected layer that may compute with the features of a batch first in memory."""

import torch
from torch import Tensor, nn

MOST_EXAMPLES = 512
"""Examples in a batch up to which that is faster: torch's matrix products are cut along weights then, which stay with the processor that has them."""


class Linear(nn.Linear):
    """W·x + b, torch's. Shape: …×F → …×n_out."""

    features_first: bool = False
    """Whether, in training, a small batch of vectors is computed as (W·xᵀ)ᵀ: the same numbers up to rounding, its features first in memory."""

    def forward(self, input: Tensor) -> Tensor:
        """Pre-activations."""
        if not (self.features_first and self.training and input.dim() == 2 and len(input) <= MOST_EXAMPLES):
            return super().forward(input)
        there = input.t()
        found = torch.mm(self.weight, there) if self.bias is None else torch.addmm(self.bias.unsqueeze(1), self.weight, there)
        return found.t()
