"""What convolutions and poolings share: a border that the input's sizes ask for, and sequences laid as torch's windows want them."""

from collections.abc import Callable, Sequence

from torch import Tensor, nn
from torch.nn.functional import pad

Border = Callable[[Sequence[int]], tuple[int, ...]]
"""Sizes of an input → cells added before and after each axis, the last axis first."""


class OverSteps(nn.Module):
    """Before a module that takes N×C×T: takes and gives N×T×C."""

    def forward(self, input: Tensor) -> Tensor:
        """N×T×C → N×T'×C'."""
        result: Tensor = super().forward(input.transpose(1, 2))
        return result.transpose(1, 2)


class Bordered(nn.Module):
    """Before a module that pads both sides alike or not at all: pads by its `border`, where it has one."""

    border: Border | None = None
    filling: float = 0.0

    def forward(self, input: Tensor) -> Tensor:
        """N×C×… → what the module makes of it with its border."""
        result: Tensor = super().forward(bordered(input, self.border, self.filling))
        return result


def bordered(input: Tensor, border: Border | None, filling: float = 0.0) -> Tensor:
    """N×C×… with its border."""
    return input if border is None else pad(input, border(input.shape[2:]), value=filling)
