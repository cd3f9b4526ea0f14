"""Masks: which steps, positions or examples count, and which of a layer's output do.

A mask holds 1 for what counts and 0 for what does not: N×T for sequences, N×1 for flat vectors, N×1×H×W (a size may be 1) for images.
"""

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn.functional import pad

Mask = Tensor | None
Masks = tuple[Mask, ...]
MaskRule = Callable[[Masks, tuple[Tensor, ...]], Mask]
"""(masks of the inputs, the inputs) → the mask of the output; at least one of the masks is there."""


def first(masks: Masks, inputs: tuple[Tensor, ...]) -> Mask:
    """The first input's mask goes on."""
    return masks[0]


def ended(masks: Masks, inputs: tuple[Tensor, ...]) -> Mask:
    """The output has no mask."""
    return None


def union(masks: Masks, inputs: tuple[Tensor, ...]) -> Mask:
    """What counts in any input; everything does where one has no mask, as in DL4J."""
    there = [mask for mask in masks if mask is not None]
    if len(there) < len(masks):
        return None
    result = there[0]
    for mask in there[1:]:
        result = torch.maximum(result, mask)
    return result


def over(mask: Tensor, values: Tensor) -> Tensor:
    """The mask with the axes of what it masks. Shape: N×T → N×T×1; others stay."""
    return mask.unsqueeze(-1) if values.dim() == mask.dim() + 1 else mask


def zeroed(values: Tensor, mask: Mask) -> Tensor:
    """0 at the masked steps of sequences and examples of flat vectors, whatever stood there; images stay: their masks are for poolings and losses."""
    return values if mask is None or mask.dim() > 2 else values.masked_fill(over(mask, values) == 0, 0)


def second(masks: Masks, inputs: tuple[Tensor, ...]) -> Mask:
    """The second input's mask goes on."""
    return masks[1]


def stacked(masks: Masks, inputs: tuple[Tensor, ...]) -> Mask:
    """Masks on top of one another; an input without one counts in full."""
    like = next(mask for mask in masks if mask is not None)
    rows = zip(masks, inputs, strict=True)
    return torch.cat([like.new_ones((len(array), *like.shape[1:])) if mask is None else mask for mask, array in rows])


def through(layer: Callable[[Tensor], Tensor]) -> MaskRule:
    """The first input's mask, through a layer of one channel that moves steps or positions about."""

    def rule(masks: Masks, inputs: tuple[Tensor, ...]) -> Mask:
        mask = masks[0]
        if mask is None:
            return None
        if inputs[0].dim() == 3:
            return layer(mask.unsqueeze(-1)).squeeze(-1)
        return layer(mask.expand(-1, -1, *inputs[0].shape[2:]))

    return rule


def edged(ends: tuple[tuple[int, int], ...]) -> MaskRule:
    """The first input's mask with its outermost steps or positions again, (before, after) times on each axis."""
    amounts = tuple(cells for both in reversed(ends) for cells in both)

    def moved(mask: Tensor) -> Tensor:
        if mask.dim() > 3:
            return pad(mask, amounts, mode="replicate")
        return pad(mask.transpose(1, 2), amounts, mode="replicate").transpose(1, 2)

    return through(moved)
