"""Real values."""

from functools import partial
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from netspec.activations import Activation
from netspec.reconstructions import Independent

if TYPE_CHECKING:
    from torch import Tensor
    from torch.distributions import Distribution


class Gaussian(Independent):
    """N(µ, σ²) of each value: the decoder gives activation(a) = (µ, log σ²), two numbers a value, all means first."""

    type: Literal["gaussian"] = "gaussian"

    activation: Activation = Field(default_factory=partial(Activation.parse, "identity"))
    """Function from the decoder's numbers to means and logarithms of variances; identity when nothing is said (DL4J: tanh)."""

    def numbers(self, size: int) -> int:
        """A mean and a variance each."""
        return 2 * size

    def distribution(self, preactivation: "Tensor") -> "Distribution":
        """torch's Normal."""
        from torch.distributions import Normal

        mean, log_variance = self.activation.build()(preactivation).chunk(2, -1)
        return Normal(mean, (0.5 * log_variance).exp(), validate_args=False)
