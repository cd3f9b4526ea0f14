"""Weights disturbed by a distribution."""

import torch
from torch import Tensor, nn

from netspec.initializers import Fans, Initializer


class WeightNoise(nn.Module):
    """w + ε, or w · ε. Shape: any."""

    def __init__(self, distribution: Initializer, fans: Fans, *, additive: bool) -> None:
        super().__init__()
        self.distribution, self.fans, self.additive = distribution, fans, additive

    def forward(self, weight: Tensor) -> Tensor:
        """The weight, disturbed; drawn from torch's own generator of its device."""
        drawn = torch.empty_like(weight)
        self.distribution.fill(drawn, self.fans, None)  # type: ignore[arg-type]  # initial weights have a stream of their own, noise has torch's
        return weight + drawn if self.additive else weight * drawn

    def extra_repr(self) -> str:
        """The settings, for `print(module)`."""
        return f"{self.distribution.type}, additive={self.additive}"
