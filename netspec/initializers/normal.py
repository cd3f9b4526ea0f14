"""A normal distribution with its own mean and deviation."""

from typing import Literal

from netspec.fields import Positive
from netspec.initializers import Distribution, Fans, Initializer


class Normal(Initializer):
    """N(mean, std²), whatever the fans. DL4J's NormalDistribution; its NORMAL is `lecun_normal`."""

    type: Literal["normal"] = "normal"

    mean: float = 0.0
    """Centre of the distribution."""

    std: Positive
    """Standard deviation (not the variance), above 0."""

    def distribution(self, fans: Fans) -> Distribution:
        """N(mean, std²)."""
        return Distribution("normal", self.mean, self.std)
