"""Leaky rectified linear unit whose derivative at 0 is 1."""

import torch
from torch import Tensor, nn


class LeakyRelu(nn.Module):
    """x for x >= 0, alpha·x below, of the same shape; the derivative at 0 is 1 as in DL4J (torch's LeakyReLU: alpha).

    Zeros are common: a dark pixel before a bias of 0 is one.
    """

    def __init__(self, alpha: float) -> None:
        super().__init__()
        self.alpha = alpha

    def forward(self, input: Tensor) -> Tensor:
        """Of the same shape."""
        return torch.where(input >= 0, input, self.alpha * input)

    def extra_repr(self) -> str:
        """The setting, for `print(module)`."""
        return f"alpha={self.alpha}"
