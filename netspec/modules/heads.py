"""What attention layers share: scaled dot-product attention in several heads, with or without projections."""

import torch
from torch import Tensor, nn
from torch.nn.functional import scaled_dot_product_attention

PROJECTIONS = ("q_proj_weight", "k_proj_weight", "v_proj_weight", "out_proj_weight")


def attend(queries: Tensor, keys: Tensor, values: Tensor, heads: int, mask: Tensor | None) -> Tensor:
    """softmax(Q·Kᵀ/√d)·V in each head, d features of a query each. Shape: N×T×(h·d), N×S×(h·d), N×S×(h·e) → N×T×(h·e); `mask` N×S for the keys."""
    apart = (_apart(queries, heads), _apart(keys, heads), _apart(values, heads))
    return scaled_dot_product_attention(*apart, _seen(mask)).transpose(1, 2).flatten(2)


def _apart(array: Tensor, heads: int) -> Tensor:
    """N×T×(h·d) → N×h×T×d."""
    return array.reshape(*array.shape[:2], heads, array.shape[2] // heads).transpose(1, 2)


def _seen(mask: Tensor | None) -> Tensor | None:
    """Which keys are asked, N×1×1×S; all of them where all are masked, as softmax cannot be over none."""
    return None if mask is None else ((mask != 0) | (mask == 0).all(-1, keepdim=True))[:, None, None, :]


class Heads(nn.Module):
    """Projections of queries, keys, values and results, none of them with a bias; none at all where there are no `sizes`.

    `q_proj_weight`, `k_proj_weight`, `v_proj_weight` are (heads·d)×F, each with its own F; `out_proj_weight` is (heads·d)×n_out.
    """

    q_proj_weight: Tensor | None
    k_proj_weight: Tensor | None
    v_proj_weight: Tensor | None
    out_proj_weight: Tensor | None

    def __init__(self, heads: int, sizes: dict[str, tuple[int, ...]]) -> None:
        super().__init__()
        self.heads = heads
        for name in PROJECTIONS:
            self.register_parameter(name, nn.Parameter(torch.zeros(sizes[name])) if name in sizes else None)

    def attended(self, queries: Tensor, keys: Tensor, values: Tensor, mask: Tensor | None) -> Tensor:
        """Shape: N×T×F, N×S×G, N×S×H → N×T×n_out; N×T×H without projections."""
        return self.after(self.before(self.q_proj_weight, queries), self.before(self.k_proj_weight, keys), self.before(self.v_proj_weight, values), mask)

    def before(self, weight: Tensor | None, array: Tensor) -> Tensor:
        """A projection of what comes in: N×T×F → N×T×(heads·d)."""
        return array if weight is None else nn.functional.linear(array, weight)

    def after(self, queries: Tensor, keys: Tensor, values: Tensor, mask: Tensor | None) -> Tensor:
        """Attention of what is projected, itself projected."""
        found = attend(queries, keys, values, self.heads, mask)
        return found if self.out_proj_weight is None else found @ self.out_proj_weight

    def extra_repr(self) -> str:
        """The settings, for `print(module)`."""
        return ", ".join([f"heads={self.heads}", *(f"{name}={tuple(array.shape)}" for name, array in self.named_parameters(recurse=False))])
