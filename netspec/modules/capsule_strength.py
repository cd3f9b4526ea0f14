"""How long capsules are."""

from torch import Tensor, nn


class CapsuleStrength(nn.Module):
    """The length of each vector. Shape: N×capsules×size → N×capsules."""

    def forward(self, input: Tensor) -> Tensor:
        """The root of the sum of squares."""
        lengths: Tensor = input.norm(dim=-1)
        return lengths
