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
        return of_columns(input.t(), self.weight, self.bias).t()


def of_columns(columns: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
    """W·x + b of examples that are columns: F×N → n_out×N."""
    return torch.mm(weight, columns) if bias is None else torch.addmm(bias.unsqueeze(1), weight, columns)
