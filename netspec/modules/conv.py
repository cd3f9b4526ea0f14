"""Convolution over sequences, and with a border that torch has no number for."""

from typing import Any

from torch import nn

from netspec.modules.grids import Bordered, OverSteps
from netspec.windows import Window


class SequenceConv(OverSteps, Bordered, nn.Conv1d):
    """Conv1d over N×T×C. Shape: N×T×C → N×T'×K."""


class BorderedConv2d(Bordered, nn.Conv2d):
    """Conv2d with a border of its own. Shape: N×C×H×W → N×K×H'×W'."""


class BorderedConv3d(Bordered, nn.Conv3d):
    """Conv3d with a border of its own. Shape: N×C×D×H×W → N×K×D'×H'×W'."""


def convolution(window: Window, padding: tuple[int, ...] | None, sizes: tuple[int, int], *, groups: int, bias: bool) -> nn.Module:
    """torch's own convolution where the same `padding` on both sides is enough; else one that pads first. `sizes` are channels in and out."""
    plain, bordered = {1: (SequenceConv, SequenceConv), 2: (nn.Conv2d, BorderedConv2d), 3: (nn.Conv3d, BorderedConv3d)}[len(window.kernel)]
    settings: dict[str, Any] = {"stride": window.stride, "dilation": window.dilation, "groups": groups, "bias": bias}
    if padding is not None:
        return plain(*sizes, window.kernel, padding=padding, **settings)  # type: ignore[arg-type]  # tuples of as many numbers as there are axes
    module = bordered(*sizes, window.kernel, **settings)  # type: ignore[arg-type]  # likewise
    module.border = window.border
    return module
