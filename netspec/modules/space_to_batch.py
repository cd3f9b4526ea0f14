"""Blocks of an image as examples, block cell by block cell."""

from torch import Tensor, nn
from torch.nn.functional import pad


class SpaceToBatch(nn.Module):
    """Shape: N×C×H×W → (h·w·N)×C×(H/h)×(W/w), of the padded image."""

    def __init__(self, blocks: tuple[int, int], ends: tuple[tuple[int, int], ...]) -> None:
        super().__init__()
        self.blocks, self.border = blocks, tuple(cells for both in reversed(ends) for cells in both)

    def forward(self, input: Tensor) -> Tensor:
        """N×C×H×W → (h·w·N)×C×(H/h)×(W/w)."""
        padded, (high, wide) = pad(input, self.border), self.blocks
        examples, channels, height, width = padded.shape
        cells = padded.reshape(examples, channels, height // high, high, width // wide, wide)
        return cells.permute(3, 5, 0, 1, 2, 4).reshape(high * wide * examples, channels, height // high, width // wide)

    def extra_repr(self) -> str:
        """The settings, for `print(module)`."""
        return f"{self.blocks}, border={self.border}"
