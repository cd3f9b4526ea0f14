"""DL4J's randomized leaky rectified linear unit."""

from torch import Tensor, nn
from torch.nn.functional import rrelu


class Dl4jRrelu(nn.Module):
    """x for x >= 0, below it a slope drawn from U(lower, upper) for each element; in test mode max(x, (lower + upper)/2). Of the same shape."""

    def __init__(self, lower: float, upper: float) -> None:
        super().__init__()
        self.lower, self.upper = lower, upper

    def forward(self, input: Tensor) -> Tensor:
        """Of the same shape."""
        if self.training:
            return rrelu(input, self.lower, self.upper, training=True)
        return input.clamp(min=(self.lower + self.upper) / 2)

    def extra_repr(self) -> str:
        """The settings, for `print(module)`."""
        return f"lower={self.lower}, upper={self.upper}"
