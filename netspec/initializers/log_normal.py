"""A distribution whose logarithm is normal."""

from typing import TYPE_CHECKING, Literal

from netspec.fields import Positive
from netspec.initializers import Distribution, Fans, Initializer

if TYPE_CHECKING:
    from torch import Generator, Tensor


class LogNormal(Initializer):
    """e^x with x from N(mean, std²), whatever the fans. DL4J's LogNormalDistribution."""

    type: Literal["log_normal"] = "log_normal"

    mean: float = 0.0
    """Centre of the logarithms."""

    std: Positive
    """Standard deviation of the logarithms, above 0."""

    def distribution(self, fans: Fans) -> Distribution:
        """e^N(mean, std²)."""
        return Distribution("log_normal", self.mean, self.std)

    def fill(self, tensor: "Tensor", fans: Fans, generator: "Generator") -> None:
        """Draw the whole tensor anew, in place."""
        tensor.normal_(self.mean, self.std, generator=generator).exp_()
