"""Cells cut off."""

from torch import Tensor, nn

from netspec.errors import DataError


class Crop(nn.Module):
    """Cuts (before, after) off each axis, from `first_axis` on."""

    def __init__(self, cells: tuple[tuple[int, int], ...], *, first_axis: int) -> None:
        super().__init__()
        self.cells, self.first_axis = cells, first_axis

    def forward(self, input: Tensor) -> Tensor:
        """N×C×H×W → N×C×H'×W'. Raises: DataError where nothing is left."""
        for axis, (before, after) in enumerate(self.cells, self.first_axis):
            left = input.shape[axis] - before - after
            if left < 1:
                raise DataError(f"an input must be longer than the {before + after} cells that are cut off, got {input.shape[axis]}")
            input = input.narrow(axis, before, left)
        return input

    def extra_repr(self) -> str:
        """The setting, for `print(module)`."""
        return str(self.cells)
