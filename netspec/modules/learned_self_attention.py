"""Attention of learned queries to a sequence."""

import torch
from torch import Tensor, nn

from netspec.modules.heads import Heads


class LearnedSelfAttention(Heads):
    """`queries` is F×Q. Shape: N×T×F → N×Q×n_out; `mask` N×T."""

    def __init__(self, heads: int, sizes: dict[str, tuple[int, ...]]) -> None:
        super().__init__(heads, sizes)
        self.queries = nn.Parameter(torch.zeros(sizes["queries"]))

    def forward(self, input: Tensor, mask: Tensor | None = None) -> Tensor:
        """Every query asks all steps that are not masked."""
        return self.attended(self.queries.T.expand(len(input), -1, -1), input, input, mask)
