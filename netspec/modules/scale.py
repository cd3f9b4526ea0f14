"""Every value times a number."""

from torch import Tensor, nn


class Scale(nn.Module):
    """factor·x. Shape: any → the same."""

    def __init__(self, factor: float) -> None:
        super().__init__()
        self.factor = factor

    def forward(self, input: Tensor) -> Tensor:
        """The same shape."""
        return input * self.factor

    def extra_repr(self) -> str:
        """The setting, for `print(module)`."""
        return str(self.factor)
