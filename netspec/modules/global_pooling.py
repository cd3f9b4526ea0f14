"""Pooling over all cells."""

from typing import Literal

from torch import Tensor, nn

from netspec.modules.subsampling import root


class GlobalPool(nn.Module):
    """Max, average, sum or p-norm over all axes but batch and channels. Shape: N×C×… → N×C; sequences N×T×C → N×C."""

    def __init__(self, kind: Literal["max", "avg", "sum", "pnorm"], *, p: float | None, keep: bool) -> None:
        super().__init__()
        self.kind, self.p, self.keep = kind, p, keep

    def forward(self, input: Tensor) -> Tensor:
        """N×C×… → N×C."""
        axes = (1,) if input.dim() == 3 else tuple(range(2, input.dim()))
        if self.kind == "max":
            return input.amax(axes, self.keep)
        if self.kind == "avg":
            return input.mean(axes, self.keep)
        if self.kind == "sum":
            return input.sum(axes, self.keep)
        p = self.p or 1
        return root(input.abs().pow(p).sum(axes, self.keep), p)

    def extra_repr(self) -> str:
        """The settings, for `print(module)`."""
        return f"{self.kind}, p={self.p}, keep={self.keep}"
