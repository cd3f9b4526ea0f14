"""Attention of one sequence to another."""

from collections.abc import Sequence

import torch
from torch import Tensor

from netspec.modules.heads import Heads


class Attention(Heads):
    """Queries N×T×F, keys N×S×G and values N×S×H (the keys where there are none) → N×T×n_out; masks N×T, N×S and N×S."""

    def forward(self, queries: Tensor, keys: Tensor, values: Tensor | None = None, *, mask: Sequence[Tensor | None] = ()) -> Tensor:
        """Every query asks all keys that are not masked, nor their values are."""
        seen = [one for one in mask[1:] if one is not None]
        return self.attended(queries, keys, keys if values is None else values, torch.stack(seen).amin(0) if seen else None)
