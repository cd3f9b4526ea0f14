"""Attention of a sequence to itself."""

from torch import Tensor

from netspec.modules.heads import Heads


class SelfAttention(Heads):
    """Shape: N×T×F → N×T×n_out; `mask` N×T."""

    def forward(self, input: Tensor, mask: Tensor | None = None) -> Tensor:
        """Every step asks all steps that are not masked."""
        return self.attended(input, input, input, mask)
