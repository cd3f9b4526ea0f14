"""Distance of two arrays."""

import torch
from torch import Tensor, nn


class Distance(nn.Module):
    """‖x₁ − x₂‖₂ by example, with torch's subgradient 0 at 0. Shape: N×…, N×… → N×1."""

    def forward(self, one: Tensor, other: Tensor) -> Tensor:
        """The distances."""
        distances: Tensor = torch.linalg.vector_norm((one - other).flatten(1), dim=1, keepdim=True)
        return distances
