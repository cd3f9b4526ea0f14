"""DL4J's Gaussian error linear units."""

from math import pi, sqrt

from torch import Tensor, nn


class Dl4jGelu(nn.Module):
    """x·sigmoid(1.702·x), or ½·x·(1 + tanh(√(2/π)·(x + (0.044715·x)³))) if precise; of the same shape."""

    slope: float = 1.7020000219345093
    """In single precision even in a double network, as in DL4J."""

    def __init__(self, precise: bool) -> None:
        super().__init__()
        self.precise = precise

    def forward(self, input: Tensor) -> Tensor:
        """One of the two formulas."""
        if not self.precise:
            return input * (self.slope * input).sigmoid()
        inner = sqrt(2 / pi) * (input + (0.044715 * input) ** 3)
        return 0.5 * input * (1 + inner.tanh())

    def extra_repr(self) -> str:
        """The setting, for `print(module)`."""
        return f"precise={self.precise}"
