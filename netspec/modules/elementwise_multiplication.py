"""A weight and a bias for each feature."""

import torch
from torch import Tensor, nn


class ElementwiseMultiplication(nn.Module):
    """w·x + b, feature by feature. Shape: …×F → the same."""

    def __init__(self, features: int) -> None:
        super().__init__()
        self.weight, self.bias = nn.Parameter(torch.ones(features)), nn.Parameter(torch.zeros(features))

    def forward(self, input: Tensor) -> Tensor:
        """The same shape."""
        return torch.addcmul(self.bias, input, self.weight)

    def extra_repr(self) -> str:
        """The setting, for `print(module)`."""
        return str(len(self.weight))
