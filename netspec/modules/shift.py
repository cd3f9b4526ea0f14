"""A number added to every value."""

from torch import Tensor, nn


class Shift(nn.Module):
    """x + offset. Shape: any → the same."""

    def __init__(self, offset: float) -> None:
        super().__init__()
        self.offset = offset

    def forward(self, input: Tensor) -> Tensor:
        """The same shape."""
        return input + self.offset

    def extra_repr(self) -> str:
        """The setting, for `print(module)`."""
        return str(self.offset)
