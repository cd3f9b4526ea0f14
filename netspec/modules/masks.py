"""Masks: which steps, positions or examples count, and which of a layer's output do.

A mask holds 1 for what counts and 0 for what does not: N×T for sequences, N×1 for flat vectors, N×1×H×W (a size may be 1) for images.
"""

from collections.abc import Callable

import torch
from torch import Tensor

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
    """0 wherever the mask is 0, whatever stood there."""
    return values if mask is None else values.masked_fill(over(mask, values) == 0, 0.0)


def second(masks: Masks, inputs: tuple[Tensor, ...]) -> Mask:
    """The second input's mask goes on."""
    return masks[1]


def stacked(masks: Masks, inputs: tuple[Tensor, ...]) -> Mask:
    """Masks on top of one another; an input without one counts in full."""
    like = next(mask for mask in masks if mask is not None)
    rows = zip(masks, inputs, strict=True)
    return torch.cat([like.new_ones((len(array), *like.shape[1:])) if mask is None else mask for mask, array in rows])


def through(module: Callable[[Tensor], Tensor]) -> MaskRule:
    """The first input's mask, through a module that moves rows, steps or positions as the layer does. Shape: N×1×… → N×1×…."""

    def rule(masks: Masks, inputs: tuple[Tensor, ...]) -> Mask:
        mask, sequence = masks[0], inputs[0].dim() == 3
        if mask is None:
            return None
        if sequence:
            return module(mask.unsqueeze(1)).squeeze(1)
        return module(mask.expand(-1, -1, *inputs[0].shape[2:]))

    return rule
