"""Reconstruction distributions: what a variational autoencoder makes of the numbers its decoder gives.

Each is p(x|z), by example, from the decoder's pre-activations; its expected value is the reconstruction.
"""

from typing import TYPE_CHECKING, ClassVar

from netspec.component import Component

if TYPE_CHECKING:
    from torch import Tensor
    from torch.distributions import Distribution


class Reconstruction(Component):
    """A distribution over the values of an example."""

    family: ClassVar[str] = "reconstructions"
    noun: ClassVar[str] = "reconstruction distribution"

    def check(self, size: int) -> None:
        """Raise Refused when it cannot be one over this many values."""

    def numbers(self, size: int) -> int:
        """How many numbers of the decoder it takes for so many values."""
        return size

    def negative_log_probability(self, preactivation: "Tensor", values: "Tensor") -> "Tensor":
        """−log p of each example, …×numbers and …×size → …."""
        raise NotImplementedError

    def mean(self, preactivation: "Tensor") -> "Tensor":
        """The expected values, …×numbers → …×size."""
        raise NotImplementedError

    def draw(self, preactivation: "Tensor") -> "Tensor":
        """Values drawn with torch's generators, …×numbers → …×size."""
        raise NotImplementedError


class Independent(Reconstruction):
    """A distribution of each value by itself, as torch has it."""

    def distribution(self, preactivation: "Tensor") -> "Distribution":
        """torch's, of each value."""
        raise NotImplementedError

    def negative_log_probability(self, preactivation: "Tensor", values: "Tensor") -> "Tensor":
        """The sum over the values."""
        logs: Tensor = self.distribution(preactivation).log_prob(values)
        return -logs.sum(-1)

    def mean(self, preactivation: "Tensor") -> "Tensor":
        """The distribution's."""
        return self.distribution(preactivation).mean

    def draw(self, preactivation: "Tensor") -> "Tensor":
        """From the distribution."""
        return self.distribution(preactivation).sample()
