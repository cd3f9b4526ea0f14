"""torch's transformer layers, called with netspec's masks."""

from typing import Any

import torch
from torch import Tensor, nn

from netspec.modules.masks import Mask, Masks


class Encoder(nn.TransformerEncoderLayer):
    """Attention to oneself and a feed-forward network. Shape: N×T×F → N×T×F; mask N×T."""

    def __init__(self, size: int, heads: int, hidden: int, *, causal: bool, **words: Any) -> None:
        super().__init__(size, heads, hidden, **words)
        self.heads, self.causal = heads, causal

    def forward(self, input: Tensor, mask: "Mask | Masks" = None) -> Tensor:  # type: ignore[override]  # torch's has masks of another kind
        """What torch's layer makes of what may be looked at."""
        own = mask[0] if isinstance(mask, tuple) else mask
        hidden = hidden_steps(input, own, self.heads, causal=self.causal)
        return super().forward(input, hidden, is_causal=self.causal and own is None)


class Decoder(nn.TransformerDecoderLayer):
    """Attention to oneself, to a memory, and a feed-forward network. Shape: N×T×F, N×S×F → N×T×F; masks N×T and N×S."""

    def __init__(self, size: int, heads: int, hidden: int, *, causal: bool, **words: Any) -> None:
        super().__init__(size, heads, hidden, **words)
        self.heads, self.causal = heads, causal

    def forward(self, target: Tensor, memory: Tensor, mask: Masks = (None, None)) -> Tensor:  # type: ignore[override]  # torch's has masks of another kind
        """What torch's layer makes of what may be looked at."""
        own, other = mask
        hidden = hidden_steps(target, own, self.heads, causal=self.causal)
        return super().forward(target, memory, hidden, memory_key_padding_mask=_hidden_memory(other), tgt_is_causal=self.causal and own is None)


def hidden_steps(input: Tensor, mask: Mask, heads: int, *, causal: bool) -> Tensor | None:
    """True where a step (second to last axis) may not look at another (last): T×T, or N·heads×T×T with a mask; None where all see all.

    Every step sees itself: what is masked would otherwise see nothing, and become NaN.
    """
    length = input.shape[1]
    later = torch.ones(length, length, dtype=torch.bool, device=input.device).triu(1) if causal else None
    if mask is None:
        return later
    hidden = (mask == 0).unsqueeze(1) & ~torch.eye(length, dtype=torch.bool, device=input.device)
    hidden = hidden if later is None else hidden | later
    return hidden.repeat_interleave(heads, dim=0)


def _hidden_memory(mask: Mask) -> Tensor | None:
    """True where the memory is masked; a memory without a step that counts is seen in full, as something has to be."""
    if mask is None:
        return None
    hidden: Tensor = (mask == 0) & (mask != 0).any(dim=1, keepdim=True)
    return hidden
