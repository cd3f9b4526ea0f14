"""A normal distribution without its tails."""

from typing import Literal

from netspec.fields import Positive
from netspec.initializers import Distribution, Fans
from netspec.initializers._truncated import Truncated


class TruncatedNormal(Truncated):
    """N(mean, std²) within two deviations of its mean, whatever the fans. DL4J's TruncatedNormalDistribution."""

    type: Literal["truncated_normal"] = "truncated_normal"

    mean: float = 0.0
    """Centre of the distribution."""

    std: Positive
    """Standard deviation before the tails are cut off, above 0."""

    def distribution(self, fans: Fans) -> Distribution:
        """N(mean, std²) without its tails."""
        return Distribution("truncated_normal", self.mean, self.std)
