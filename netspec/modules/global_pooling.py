"""Pooling over all cells."""

from typing import Literal

import torch
from torch import Tensor, nn

from netspec.modules.masks import Mask, over
from netspec.modules.subsampling import root


class GlobalPool(nn.Module):
    """Max, average, sum or p-norm over all axes but batch and channels. Shape: N×C×… → N×C; sequences N×T×C → N×C."""

    def __init__(self, kind: Literal["max", "avg", "sum", "pnorm"], *, p: float | None, keep: bool) -> None:
        super().__init__()
        self.kind, self.p, self.keep = kind, p, keep

    def forward(self, input: Tensor, mask: Mask = None) -> Tensor:
        """N×C×… → N×C; what is masked has no part in it."""
        axes = (1,) if input.dim() == 3 else tuple(range(2, input.dim()))
        if mask is not None:
            return self._masked(input, over(mask, input) != 0, axes)
        if self.kind == "max":
            return input.amax(axes, self.keep)
        if self.kind == "avg":
            return input.mean(axes, self.keep)
        return self._summed(input, axes)

    def _masked(self, input: Tensor, there: Tensor, axes: tuple[int, ...]) -> Tensor:
        if self.kind == "max":
            largest = input.masked_fill(~there, -torch.inf).amax(axes, self.keep)
            return torch.where(largest == -torch.inf, 0.0, largest)
        summed = self._summed(input.masked_fill(~there, 0.0), axes)
        count = there.expand_as(input).sum(axes, self.keep)
        return summed / count.clamp(min=1) if self.kind == "avg" else summed

    def _summed(self, input: Tensor, axes: tuple[int, ...]) -> Tensor:
        if self.kind != "pnorm":
            return input.sum(axes, self.keep)
        p = self.p or 1
        return root(input.abs().pow(p).sum(axes, self.keep), p)

    def extra_repr(self) -> str:
        """The settings, for `print(module)`."""
        return f"{self.kind}, p={self.p}, keep={self.keep}"
