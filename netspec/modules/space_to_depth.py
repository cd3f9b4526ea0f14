"""Blocks of an image as channels, block cell by block cell."""

from torch import Tensor, nn


class SpaceToDepth(nn.Module):
    """Shape: N×C×H×W → N×(b·b·C)×(H/b)×(W/b)."""

    def __init__(self, block: int) -> None:
        super().__init__()
        self.block = block

    def forward(self, input: Tensor) -> Tensor:
        """N×C×H×W → N×(b·b·C)×(H/b)×(W/b)."""
        examples, channels, height, width = input.shape
        block = self.block
        cells = input.reshape(examples, channels, height // block, block, width // block, block)
        return cells.permute(0, 3, 5, 1, 2, 4).reshape(examples, block * block * channels, height // block, width // block)

    def extra_repr(self) -> str:
        """The setting, for `print(module)`."""
        return str(self.block)
