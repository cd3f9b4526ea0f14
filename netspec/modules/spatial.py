"""Dropout of whole features of a sequence."""

import torch
from torch import Tensor, nn
from torch.nn.functional import dropout


class Spatial(nn.Module):
    """Each feature of each sequence is dropped over all its steps or not at all. Shape: N×T×C."""

    def __init__(self, p: float) -> None:
        super().__init__()
        self.p = p

    def forward(self, input: Tensor) -> Tensor:
        """The input, disturbed."""
        if not self.training or self.p == 0:
            return input
        examples, _, features = input.shape
        return input * dropout(torch.ones((examples, 1, features), dtype=input.dtype, device=input.device), self.p)

    def extra_repr(self) -> str:
        """The settings, for `print(module)`."""
        return f"p={self.p}"
