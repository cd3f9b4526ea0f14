"""A vector again and again."""

from torch import Tensor, nn


class RepeatVector(nn.Module):
    """A sequence of equal steps. Shape: N×F → N×times×F."""

    def __init__(self, times: int) -> None:
        super().__init__()
        self.times = times

    def forward(self, input: Tensor) -> Tensor:
        """The sequence."""
        return input.unsqueeze(1).expand(-1, self.times, -1)

    def extra_repr(self) -> str:
        """The setting, for `print(module)`."""
        return str(self.times)
