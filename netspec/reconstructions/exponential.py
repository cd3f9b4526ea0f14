"""Values from 0 on."""

from functools import partial
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from netspec.activations import Activation
from netspec.reconstructions import Independent

if TYPE_CHECKING:
    from torch import Tensor
    from torch.distributions import Distribution


class Exponential(Independent):
    """log p(x) = Σ γ − exp(γ)·x, γ = activation(a) the logarithm of the rate: values from 0 on, the mean is exp(−γ)."""

    type: Literal["exponential"] = "exponential"

    activation: Activation = Field(default_factory=partial(Activation.parse, "identity"))
    """Function from the decoder's numbers to logarithms of rates; identity when nothing is said."""

    def distribution(self, preactivation: "Tensor") -> "Distribution":
        """torch's Exponential."""
        from torch.distributions import Exponential as Distribution

        return Distribution(self.activation.build()(preactivation).exp(), validate_args=False)
