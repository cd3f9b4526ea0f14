"""Convolution with a different padding on each side."""

from typing import Any

from torch import Tensor, nn
from torch.nn.functional import pad


class SamePaddedConv2d(nn.Conv2d):
    """Conv2d after zero padding by (left, right, top, bottom); torch pads both sides alike. Shape: N×C×H×W → N×K×⌈H/s⌉×⌈W/s⌉."""

    def __init__(self, border: tuple[int, int, int, int], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.border = border

    def forward(self, input: Tensor) -> Tensor:
        """N×C×H×W → N×K×H'×W'."""
        return super().forward(pad(input, self.border))
