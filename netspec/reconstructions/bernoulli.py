"""Values that are 0 or 1."""

from functools import partial
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from netspec.activations import Activation
from netspec.errors import Refused
from netspec.reconstructions import Independent

if TYPE_CHECKING:
    from torch import Tensor
    from torch.distributions import Distribution


class Bernoulli(Independent):
    """log p(x) = Σ x·log o + (1 − x)·log(1 − o), o = activation(a): values in [0, 1], each 1 with a probability of its own."""

    type: Literal["bernoulli"] = "bernoulli"

    activation: Activation = Field(default_factory=partial(Activation.parse, "sigmoid"))
    """Function from the decoder's numbers to probabilities; sigmoid when nothing is said."""

    def check(self, size: int) -> None:
        """Probabilities are between 0 and 1."""
        if not self.activation.probabilities or self.activation.distribution:
            raise Refused("activation", "must give each value its own probability", got=self.activation.type, help="use activation: sigmoid")

    def distribution(self, preactivation: "Tensor") -> "Distribution":
        """torch's Bernoulli, from logits where the activation is the sigmoid; it takes values between 0 and 1 too."""
        from torch.distributions import Bernoulli as Distribution

        if self.activation.type == "sigmoid":
            return Distribution(logits=preactivation, validate_args=False)
        return Distribution(probs=self.activation.build()(preactivation), validate_args=False)
