"""A recurrent layer whose state asks the whole sequence before each step."""

import torch
from torch import Tensor, nn

from netspec.modules.heads import Heads


class RecurrentAttention(Heads):
    """A state h. Shape: N×T×F → N×T×n_out; `mask` N×T. `weight` is F×n_out, `recurrent_weight` n_out×n_out.

    Before the first step that counts there is no state, which asks nothing. `holds` at masked steps: the state stays and the output is 0.
    """

    bias: Tensor | None

    def __init__(self, heads: int, sizes: dict[str, tuple[int, ...]], activation: nn.Module, *, holds: bool) -> None:
        super().__init__(heads, sizes)
        self.weight, self.recurrent_weight = (nn.Parameter(torch.zeros(sizes[name])) for name in ("weight", "recurrent_weight"))
        self.register_parameter("bias", nn.Parameter(torch.zeros(sizes["bias"])) if "bias" in sizes else None)
        self.activation, self.holds = activation, holds

    def forward(self, input: Tensor, mask: Tensor | None = None) -> Tensor:
        """One step after another."""
        counts = torch.ones_like(input[..., :1], dtype=torch.bool) if mask is None or not self.holds else (mask != 0).unsqueeze(-1)
        added = input @ self.weight if self.bias is None else input @ self.weight + self.bias
        asked = self.before(self.k_proj_weight, input), self.before(self.v_proj_weight, input), mask
        hidden, begun, outputs = torch.zeros_like(added[:, 0]), torch.zeros_like(counts[:, 0]), []
        for step, (part, counted) in enumerate(zip(added.unbind(1), counts.unbind(1), strict=True)):
            answer = torch.where(begun, self._answer(hidden, asked), 0.0) if step else 0.0
            new = self.activation(part + answer)
            outputs.append(torch.where(counted, new, 0.0))
            hidden, begun = torch.where(counted, new, hidden), begun | counted
        return torch.stack(outputs, 1)

    def _answer(self, hidden: Tensor, asked: tuple[Tensor, Tensor, Tensor | None]) -> Tensor:
        """What the sequence answers the state. Shape: N×n_out → N×n_out."""
        return self.after(self.before(self.q_proj_weight, hidden.unsqueeze(1)), *asked).squeeze(1) @ self.recurrent_weight
