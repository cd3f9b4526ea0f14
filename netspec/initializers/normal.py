"""A normal distribution with its own mean and deviation."""

from typing import TYPE_CHECKING, Literal

from netspec.fields import Positive
from netspec.initializers import Fans, Initializer

if TYPE_CHECKING:
    from torch import Generator, Tensor


class Normal(Initializer):
    """N(mean, std²), whatever the fans. DL4J's NormalDistribution; its NORMAL is `lecun_normal`."""

    type: Literal["normal"] = "normal"

    mean: float = 0.0
    """Centre of the distribution."""

    std: Positive
    """Standard deviation (not the variance), above 0."""

    def fill(self, tensor: "Tensor", fans: Fans, generator: "Generator") -> None:
        """Draw the whole tensor anew, in place."""
        tensor.normal_(self.mean, self.std, generator=generator)
