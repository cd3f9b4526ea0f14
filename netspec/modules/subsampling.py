"""Pooling with a different padding on each side."""

from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn.functional import avg_pool2d, max_pool2d, pad


class SamePaddedPool2d(nn.Module):
    """Pooling after padding by (left, right, top, bottom): −∞ for max; averages count real cells only.

    Shape: N×C×H×W → N×C×⌈H/s⌉×⌈W/s⌉.
    """

    def __init__(self, pooling: Literal["max", "avg"], kernel: tuple[int, ...], stride: tuple[int, ...], border: tuple[int, int, int, int]) -> None:
        super().__init__()
        self.pooling, self.kernel, self.stride, self.border = pooling, kernel, stride, border

    def forward(self, input: Tensor) -> Tensor:
        """N×C×H×W → N×C×H'×W'."""
        if self.pooling == "max":
            return max_pool2d(pad(input, self.border, value=-torch.inf), self.kernel, self.stride)
        there = torch.ones((1, 1, *input.shape[2:]), dtype=input.dtype, device=input.device)
        return self._average(input) / self._average(there)

    def _average(self, input: Tensor) -> Tensor:
        return avg_pool2d(pad(input, self.border), self.kernel, self.stride)

    def extra_repr(self) -> str:
        """The settings, for `print(module)`."""
        return f"{self.pooling}, kernel={self.kernel}, stride={self.stride}, border={self.border}"
