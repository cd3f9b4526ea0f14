"""Some of the features."""

from torch import Tensor, nn

from netspec.modules.axes import feature_axis


class Subset(nn.Module):
    """Features first … last, both kept. Shape: N×F → N×(last − first + 1); likewise N×T×F and N×C×H×W."""

    def __init__(self, first: int, last: int) -> None:
        super().__init__()
        self.first, self.last = first, last

    def forward(self, input: Tensor) -> Tensor:
        """The chosen ones."""
        return input.narrow(feature_axis(input), self.first, self.last - self.first + 1)

    def extra_repr(self) -> str:
        """The settings, for `print(module)`."""
        return f"{self.first}, {self.last}"
