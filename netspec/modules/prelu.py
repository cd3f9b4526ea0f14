"""A leaky ReLU whose slopes are trained."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn


class PRelu(nn.Module):
    """x where it is at least 0, a·x elsewhere. Shape: N×… → the same; a is broadcast over the batch."""

    def __init__(self, slopes: Sequence[int]) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(tuple(slopes)))

    def forward(self, input: Tensor) -> Tensor:
        """The same shape."""
        return torch.where(input >= 0, input, self.weight * input)

    def extra_repr(self) -> str:
        """The setting, for `print(module)`."""
        return "x".join(map(str, self.weight.shape))
