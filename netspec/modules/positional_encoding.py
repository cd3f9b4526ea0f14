"""What tells a step where it stands, added to it."""

import torch
from torch import Tensor, nn

from netspec.errors import DataError


class Sinusoidal(nn.Module):
    """x + waves. Shape: N×T×F → N×T×F."""

    waves: Tensor

    def __init__(self, size: int, length: int | None) -> None:
        super().__init__()
        self.register_buffer("waves", waves(length or 0, size), persistent=False)

    def forward(self, input: Tensor) -> Tensor:
        """Waves of the input's length: those at hand where they are long enough, else made anew."""
        length, size = input.shape[1:]
        found = self.waves if length <= len(self.waves) else waves(length, size).to(self.waves)
        return input + found[:length]


class Learned(nn.Module):
    """x + trained rows. Shape: N×T×F → N×T×F, T at most `length`."""

    def __init__(self, length: int, size: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(length, size))

    def forward(self, input: Tensor) -> Tensor:
        """The first rows are those of the first steps. Raises: DataError for a longer sequence than there are rows for."""
        if input.shape[1] > len(self.weight):
            raise DataError(f"sequences must have at most {len(self.weight)} steps, which have learned places, got {input.shape[1]}")
        return input + self.weight[: input.shape[1]]


def waves(length: int, size: int) -> Tensor:
    """sin(t/10000^(2i/size)) in column 2i, cos of it in column 2i + 1. Shape: length×size."""
    step = torch.arange(length, dtype=torch.float64).unsqueeze(1)
    angle = step / 10000 ** (torch.arange(0, size, 2, dtype=torch.float64) / size)
    return torch.stack([angle.sin(), angle.cos()], dim=2).flatten(1)[:, :size].to(torch.get_default_dtype())
