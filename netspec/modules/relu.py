"""Rectified linear units with a threshold, a slope below it and a largest value."""

import torch
from torch import Tensor, nn


class Relu(nn.Module):
    """min(max, x for x >= threshold, else negative_slope·(x − threshold)), of the same shape; the derivative at `max` is 0."""

    def __init__(self, max: float | None, threshold: float, negative_slope: float) -> None:
        super().__init__()
        self.max, self.threshold, self.negative_slope = max, threshold, negative_slope

    def forward(self, input: Tensor) -> Tensor:
        """Of the same shape."""
        plain = self.threshold == 0 and self.negative_slope == 0
        result = input.relu() if plain else torch.where(input >= self.threshold, input, self.negative_slope * (input - self.threshold))
        return result if self.max is None else torch.where(result < self.max, result, self.max)

    def extra_repr(self) -> str:
        """The settings, for `print(module)`."""
        return f"max={self.max}, threshold={self.threshold}, negative_slope={self.negative_slope}"
