"""Where the features of a batch lie, and how losses are added up by example: what softmax and the losses share."""

import torch
from torch import Tensor

from netspec.errors import DataError
from netspec.words import sized


def feature_axis(batch: Tensor) -> int:
    """Axis of the features: the last of N×F and N×T×F, axis 1 of images and volumes (rank 4 and 5).

    >>> import torch
    >>> feature_axis(torch.zeros(2, 5, 3)), feature_axis(torch.zeros(2, 3, 8, 8))
    (-1, 1)
    """
    return 1 if batch.dim() >= 4 else -1


def by_example(terms: Tensor) -> Tensor:
    """Sum over all axes but the first: N×… → N."""
    return terms if terms.dim() == 1 else terms.flatten(1).sum(1)


def along_features(values: tuple[float, ...], batch: Tensor) -> Tensor:
    """One number for each feature, laid out so that it multiplies a batch."""
    shape = [1] * batch.dim()
    shape[feature_axis(batch)] = len(values)
    return torch.tensor(values, dtype=batch.dtype, device=batch.device).reshape(shape)


def masked(terms: Tensor, mask: Tensor | None) -> Tensor:
    """Terms times a mask of whole examples, steps or positions (without the axis of the features, or with size 1 there), or one of each term.

    Raises: DataError when the mask has another shape.
    """
    if mask is None:
        return terms
    axis = feature_axis(terms)
    whole = mask.unsqueeze(axis) if mask.dim() == terms.dim() - 1 else mask
    if whole.shape not in (terms.shape, terms.narrow(axis, 0, 1).shape):
        got = f"{sized(mask.shape)} for {sized(terms.shape)}"
        raise DataError(f"a mask must have the shape of the labels, or one number for each example, step or position, got {got}")
    return terms * whole.to(terms.dtype)


def alike(labels: Tensor, output: Tensor) -> Tensor:
    """Labels in the output's data type.

    Raises: DataError when the shapes differ, where torch would silently broadcast them.
    """
    if labels.shape != output.shape:
        raise DataError(f"labels must have the shape of the output, {sized(output.shape)}, got {sized(labels.shape)}")
    return labels.to(output.dtype)


def one_hot(labels: Tensor, output: Tensor) -> Tensor:
    """Labels as a distribution over the features of an output: class indices (one axis fewer) as ones and zeros."""
    if labels.dim() == output.dim():
        return alike(labels, output)
    axis = feature_axis(output)
    classes = torch.nn.functional.one_hot(labels.long(), output.shape[axis])
    return classes.movedim(-1, axis).to(output.dtype)
