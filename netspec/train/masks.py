"""Masks that come from Python, checked against the Plan and against what they mask."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import Dataset

from netspec.construct import pick
from netspec.errors import DataError
from netspec.named import Named, called, each_there, every
from netspec.plan import Plan
from netspec.shapes import FeedForward, Recurrent, Shape
from netspec.train.arrays import Array, Arrays, joined, pair, tensor_of
from netspec.words import listed, sized

Sizes = tuple[int, ...]
Masks = Named[Tensor] | None


def masks(plan: Plan, given: Arrays | None, features: Named[Tensor]) -> Masks:
    """Masks of the inputs, of 0 and 1: one, or by name for several inputs, some of which may have none.

    Raises: DataError when names, shapes or values do not fit.
    """
    found = _named(given, list(plan.inputs), "mask", "inputs")
    return _as_said({name: _input_mask(plan, name, mask, pick(features, name)) for name, mask in found.items()}, len(plan.inputs))


def label_masks(plan: Plan, given: Arrays | None, labels: Named[Tensor]) -> Masks:
    """Masks of the labels, of numbers from 0 that weigh the loss: one, or by name for several outputs, some of which may have none.

    Raises: DataError when names, shapes or values do not fit.
    """
    found = _named(given, list(plan.scored), "label_mask", "outputs")
    return _as_said({name: _label_mask(plan, name, mask, pick(labels, name)) for name, mask in found.items()}, len(plan.scored))


def examples(
    plan: Plan, data: Arrays | Dataset[Any], labels: Arrays | None = None, mask: Arrays | None = None, label_mask: Arrays | None = None
) -> tuple[Named[Tensor], Named[Tensor], Masks, Masks]:
    """Features, labels and both masks, given so or as a Dataset of them.

    Raises: DataError when they do not fit the network or one another, or when nothing of them counts.
    """
    if labels is None and not isinstance(data, Tensor | np.ndarray | Mapping):
        if mask is not None or label_mask is not None:
            raise DataError("masks must come from the Dataset, beside the features", help="examples of (features, labels, mask, label_mask)")
        data, labels, mask, label_mask, *_ = (*joined(data), None, None)
    rows, classes = pair(plan, data, labels)  # type: ignore[arg-type]  # a Dataset beside labels is refused as no array
    both = of_batch(plan, rows, classes, mask, label_mask)
    for what, found in zip(("mask", "label_mask"), both, strict=True):
        if found is not None and not any(bool(one.any()) for one in every(found)):
            raise DataError(f"{what} must have something that counts, got zeros alone")
    return rows, classes, *both


def of_batch(plan: Plan, features: Named[Tensor], labels: Named[Tensor], mask: Arrays | None = None, label_mask: Arrays | None = None) -> tuple[Masks, Masks]:
    """Both, of a batch. Raises: DataError."""
    return masks(plan, mask, features), label_masks(plan, label_mask, labels)


def moved(given: Masks, device: torch.device, dtype: torch.dtype) -> Masks:
    """On the device, in the network's number format."""
    return each_there(lambda mask: mask.to(device, dtype), given)


def _named(given: Arrays | None, names: list[str], what: str, of: str) -> Mapping[str, Array]:
    if given is None:
        return {}
    if not isinstance(given, Mapping):
        if len(names) > 1:
            raise DataError(f"{what} must be a mapping with some of {listed(names, 'and')}, got one array")
        return {names[0]: given}
    if unknown := sorted(set(given) - set(names)):
        raise DataError(f"{what} must name {of} of the network ({listed(names, 'and')}), got {unknown[0]}")
    return given


def _as_said(masks: dict[str, Tensor], number: int) -> Masks:
    return masks if number > 1 and masks else next(iter(masks.values()), None)


def _input_mask(plan: Plan, name: str, given: Array, features: Tensor) -> Tensor:
    shape, what = plan.inputs[name], called("mask", name, plan.inputs)
    mask, wanted = tensor_of(what, given), _input_sizes(shape, features, steps=_is_of_steps(plan, name))
    _check_sizes(what, mask, wanted)
    if not bool(((mask == 0) | (mask == 1)).all()):
        raise DataError(f"{what} must hold 0 and 1, got {_stranger(mask)}", help="weights of the loss are a label_mask")
    return mask.unsqueeze(1) if isinstance(shape, FeedForward) and mask.dim() == 1 else mask


def _is_of_steps(plan: Plan, name: str) -> bool:
    """Whether a flat vector is a sequence to all who take it, as indices are to an embedding."""
    takers = [node for node in plan.nodes if name in node.inputs]
    return all(isinstance(node.output, Recurrent) and node.layer.takes_indices for node in takers)


def _input_sizes(shape: Shape, features: Tensor, *, steps: bool) -> list[Sizes]:
    count = len(features)
    if isinstance(shape, Recurrent):
        return [(count, features.shape[1])]
    if isinstance(shape, FeedForward):
        return [(count, shape.size)] if steps else [(count,), (count, 1)]
    choices: list[Sizes] = [(count, 1)]
    for side in features.shape[2:]:
        choices = [(*choice, size) for choice in choices for size in dict.fromkeys((side, 1))]
    return choices


def _label_mask(plan: Plan, name: str, given: Array, labels: Tensor) -> Tensor:
    shape, what, count = plan.node(name).output, called("label_mask", name, plan.scored), len(labels)
    mask = tensor_of(what, given)
    if isinstance(shape, FeedForward):
        wanted: list[Sizes] = [(count,), (count, 1), (count, shape.size)]
    elif isinstance(shape, Recurrent):
        wanted = [(count, labels.shape[1]), (count, labels.shape[1], shape.size)]
    else:
        cells = tuple(side or 0 for side in shape.sides)
        wanted = [(count, 1, *cells), (count, *cells), (count, shape.channels, *cells)]
    _check_sizes(what, mask, wanted)
    if not bool((mask >= 0).all()) or not bool(torch.isfinite(mask).all()):
        raise DataError(f"{what} must hold numbers from 0, got {float(mask[~(mask >= 0) | ~torch.isfinite(mask)][0]):g}")
    return mask


def _check_sizes(what: str, mask: Tensor, wanted: Sequence[Sizes]) -> None:
    if tuple(mask.shape) not in wanted:
        raise DataError(f"{what} must be {listed([sized(sizes) for sizes in wanted])}, got {sized(mask.shape)}")


def _stranger(mask: Tensor) -> str:
    return f"{float(mask[(mask != 0) & (mask != 1)][0]):g}"
