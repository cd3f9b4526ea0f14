"""Capsules from an image."""

import torch
from torch import Tensor, nn
from torch.nn.functional import conv2d, leaky_relu

from netspec.modules.grids import bordered
from netspec.modules.squash import squash
from netspec.windows import Window


class PrimaryCapsules(nn.Module):
    """Convolution, (leaky) ReLU where there is a `slope`, squash. Shape: N×C×H×W → N×capsules×size; `weight` is (kinds·size)×C×kernel.

    A capsule holds what the channels of its kind have at one place; `as_it_lies`, what lies side by side in memory, which are neighbouring places.
    """

    bias: Tensor | None

    def __init__(self, window: Window, shape: tuple[int, ...], size: int, *, bias: bool, slope: float | None, as_it_lies: bool) -> None:
        super().__init__()
        self.window, self.size, self.slope, self.as_it_lies = window, size, slope, as_it_lies
        self.weight = nn.Parameter(torch.zeros(shape))
        self.register_parameter("bias", nn.Parameter(torch.zeros(shape[0])) if bias else None)

    def forward(self, input: Tensor) -> Tensor:
        """N×C×H×W → N×capsules×size."""
        padded = bordered(input, self.window.border)
        slid = conv2d(padded, self.weight, self.bias, stride=self.window.stride, dilation=self.window.dilation)
        if self.slope is not None:
            slid = leaky_relu(slid, self.slope)
        kinds = slid.shape[1] // self.size
        apart = slid if self.as_it_lies else slid.reshape(len(slid), kinds, self.size, -1).transpose(2, 3)
        return squash(apart.reshape(len(slid), -1, self.size))

    def extra_repr(self) -> str:
        """The settings, for `print(module)`."""
        return f"{tuple(self.weight.shape)}, size={self.size}, slope={self.slope}, {self.window}"
