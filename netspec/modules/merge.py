"""Arrays beside one another."""

import torch
from torch import Tensor, nn

from netspec.modules.axes import feature_axis


class Merge(nn.Module):
    """Concatenation along the features. Shape: N×F₁, N×F₂, … → N×(F₁ + F₂ + …); likewise N×T×F and N×C×H×W."""

    def forward(self, *inputs: Tensor) -> Tensor:
        """One array."""
        return torch.cat(inputs, feature_axis(inputs[0]))
