"""Pooling over sequences, with a border of its own, of sums and of p-norms."""

from math import prod
from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn.functional import avg_pool1d, avg_pool2d, avg_pool3d, conv1d, conv2d, conv3d, max_pool1d, max_pool2d, max_pool3d

from netspec.modules.grids import bordered
from netspec.modules.masks import Mask, MaskRule, first, over, through
from netspec.windows import Window

Kind = Literal["max", "avg", "sum", "pnorm"]
_MAX, _AVERAGE, _CONV = (max_pool1d, max_pool2d, max_pool3d), (avg_pool1d, avg_pool2d, avg_pool3d), (conv1d, conv2d, conv3d)


class Pool(nn.Module):
    """Max, average, sum or p-norm of each window, over N×C×…; sequences are N×T×C.

    Added cells are −∞ for max and 0 in sums; averages divide by the cells that are there, or by all where padding counts. So are masked ones.
    """

    def __init__(self, kind: Kind, window: Window, *, p: float | None, count_padding: bool) -> None:
        super().__init__()
        self.kind, self.window, self.p, self.count_padding = kind, window, p, count_padding

    def forward(self, input: Tensor, mask: Mask = None) -> Tensor:
        """N×C×H×W → N×C×H'×W'."""
        there = None if mask is None else over(mask, input) != 0
        if there is not None:
            input = input.masked_fill(~there, -torch.inf if self.kind == "max" else 0.0)
        if input.dim() == 3:
            found = self._pooled(input.transpose(1, 2), None if there is None else there.transpose(1, 2)).transpose(1, 2)
            return found if mask is None else found.masked_fill(found == -torch.inf, 0.0)
        return self._pooled(input, there)

    def _pooled(self, input: Tensor, there: Mask) -> Tensor:
        if self.kind == "max":
            padded = bordered(input, self.window.border, -torch.inf)
            largest: Tensor = _MAX[input.dim() - 3](padded, self.window.kernel, self.window.stride, 0, self.window.dilation)
            return largest
        if self.kind == "pnorm":
            return root(self._sums(input.abs().pow(self.p or 1)), self.p or 1)
        sums = self._sums(input)
        return sums / self._counts(input, there) if self.kind == "avg" else sums

    def _sums(self, input: Tensor) -> Tensor:
        window, axes, padded = self.window, input.dim() - 3, bordered(input, self.window.border)
        if set(window.dilation) == {1}:
            return _AVERAGE[axes](padded, window.kernel, window.stride) * prod(window.kernel)
        ones, alone = padded.new_ones((1, 1, *window.kernel)), padded.reshape(-1, 1, *padded.shape[2:])
        sums = _CONV[axes](alone, ones, stride=window.stride, dilation=window.dilation)
        return sums.reshape(*padded.shape[:2], *sums.shape[2:])

    def _counts(self, input: Tensor, there: Mask) -> Tensor | int:
        if self.count_padding:
            return prod(self.window.kernel)
        return self._sums(input.new_ones((1, 1, *input.shape[2:]))) if there is None else self._sums(there.to(input.dtype)).clamp(min=1)

    def extra_repr(self) -> str:
        """The settings, for `print(module)`."""
        return f"{self.kind}, {self.window}"


def windowed(window: Window) -> MaskRule:
    """What a sliding window makes of a mask: 1 where it sees any. Where it gives a step for each step, the mask stays as it is, as in DL4J."""
    stays = window.finds_padding and set(window.stride) == {1}
    return first if stays else through(Pool("max", window, p=None, count_padding=False))


def root(sums: Tensor, p: float) -> Tensor:
    """sums^(1/p) with a gradient of 0 at 0, where the true one has no value."""
    there = sums > 0
    return torch.where(there, torch.where(there, sums, 1.0).pow(1 / p), 0.0)


def pooling(kind: Kind, window: Window, padding: tuple[int, ...] | None, *, p: float | None, count_padding: bool) -> nn.Module:
    """torch's own module where there is one that does it."""
    largest, average = {1: (None, None), 2: (nn.MaxPool2d, nn.AvgPool2d), 3: (nn.MaxPool3d, nn.AvgPool3d)}[len(window.kernel)]
    if largest and padding is not None and kind == "max":
        return largest(window.kernel, window.stride, padding, window.dilation)
    if average and padding is not None and kind == "avg" and set(window.dilation) == {1}:
        return average(window.kernel, window.stride, padding, count_include_pad=count_padding)  # type: ignore[arg-type]  # as many numbers as axes
    return Pool(kind, window, p=p, count_padding=count_padding)
