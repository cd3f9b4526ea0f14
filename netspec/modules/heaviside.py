"""The step function."""

import torch
from torch import Tensor, nn


class Heaviside(nn.Module):
    """1 for x > 0, else 0; its derivative is 0, so that nothing below it learns, of the same shape."""

    def forward(self, input: Tensor) -> Tensor:
        """Of the same shape."""
        return torch.where(input > 0, 1.0, 0.0 * input)
