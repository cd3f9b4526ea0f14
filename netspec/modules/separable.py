"""Depthwise, then pointwise convolution."""

import torch
from torch import Tensor, nn
from torch.nn.functional import conv1d, conv2d, conv3d

from netspec.modules.grids import bordered
from netspec.windows import Window


class SeparableConv(nn.Module):
    """P · (W ⋆ x) + b over N×C×…; sequences are N×T×C.

    Shape: `weight` (C·m)×1×kernel, `pointwise` K×(C·m)×1…, `bias` K.
    """

    bias: Tensor | None

    def __init__(self, window: Window, sizes: tuple[int, int, int], *, bias: bool) -> None:
        super().__init__()
        channels, between, n_out = sizes
        self.groups, self.window = channels, window
        self.weight = nn.Parameter(torch.zeros(between, 1, *window.kernel))
        self.pointwise = nn.Parameter(torch.zeros(n_out, between, *(1 for _ in window.kernel)))
        self.register_parameter("bias", nn.Parameter(torch.zeros(n_out)) if bias else None)

    def forward(self, input: Tensor) -> Tensor:
        """N×C×H×W → N×K×H'×W'."""
        if input.dim() == 3:
            return self._convolved(input.transpose(1, 2)).transpose(1, 2)
        return self._convolved(input)

    def _convolved(self, input: Tensor) -> Tensor:
        conv = (conv1d, conv2d, conv3d)[input.dim() - 3]
        padded = bordered(input, self.window.border)
        apart = conv(padded, self.weight, stride=self.window.stride, dilation=self.window.dilation, groups=self.groups)
        return conv(apart, self.pointwise, self.bias)

    def extra_repr(self) -> str:
        """The settings, for `print(module)`."""
        return f"{tuple(self.weight.shape)}, {tuple(self.pointwise.shape)}, {self.window}"
