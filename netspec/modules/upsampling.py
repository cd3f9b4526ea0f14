"""Repeating of steps."""

from torch import Tensor, nn


class Repeat(nn.Module):
    """Each step `times` times. Shape: N×T×C → N×(T·times)×C."""

    def __init__(self, times: int) -> None:
        super().__init__()
        self.times = times

    def forward(self, input: Tensor) -> Tensor:
        """N×T×C → N×(T·times)×C."""
        return input.repeat_interleave(self.times, dim=1)

    def extra_repr(self) -> str:
        """The setting, for `print(module)`."""
        return str(self.times)
