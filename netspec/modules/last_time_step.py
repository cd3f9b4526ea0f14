"""From a sequence to its last step."""

import torch
from torch import Tensor, nn

from netspec.modules.masks import Mask


class LastTimeStep(nn.Module):
    """The last step that counts; 0 where none does. Shape: N×T×F → N×F."""

    def forward(self, input: Tensor, mask: Mask = None) -> Tensor:
        """One step of each example."""
        if mask is None:
            return input[:, -1]
        there = mask != 0
        last = (there * torch.arange(1, mask.shape[1] + 1, device=mask.device)).argmax(1)
        chosen = input[torch.arange(len(input), device=input.device), last]
        return chosen.masked_fill(~there.any(1, keepdim=True), 0.0)
