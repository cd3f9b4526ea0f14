"""A count of successes."""

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from netspec.initializers import Distribution, Fans, Initializer

if TYPE_CHECKING:
    from torch import Generator, Tensor


class Binomial(Initializer):
    """How many of `trials` draws succeed, each with the same probability: 0, 1, …, trials. DL4J's BinomialDistribution."""

    type: Literal["binomial"] = "binomial"

    trials: Annotated[int, Field(gt=0, le=1000)]
    """Draws, from 1 to 1000."""

    probability: Annotated[float, Field(ge=0, le=1)]
    """Probability that a draw succeeds, from 0 to 1."""

    def distribution(self, fans: Fans) -> Distribution:
        """The count."""
        return Distribution("binomial", self.trials, self.probability)

    def fill(self, tensor: "Tensor", fans: Fans, generator: "Generator") -> None:
        """Draw the whole tensor anew, in place."""
        import torch

        chances = torch.full((self.trials, *tensor.shape), self.probability, dtype=torch.float64, device=tensor.device)
        tensor.copy_(torch.bernoulli(chances, generator=generator).sum(0))
