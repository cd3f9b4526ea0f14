"""A batch as rows: each example, step or position on its own, with what is masked marked, not taken out, as that would wait for the device."""

from typing import NamedTuple

import torch
from torch import Tensor

from netspec.errors import DataError
from netspec.modules.axes import feature_axis
from netspec.words import sized


class Rows(NamedTuple):
    """Predictions and labels, row by row."""

    predictions: Tensor
    """N×K."""

    labels: Tensor
    """Class indices, N, or N×K."""

    kept: Tensor
    """Whether a row counts, N×1; or each of its values, N×K."""


def rows(predictions: Tensor, labels: Tensor, mask: Tensor | None = None) -> Rows:
    """The batch as rows. Raises: DataError when shapes do not fit."""
    if predictions.dim() == 1:
        predictions = predictions.unsqueeze(1)
    axis = feature_axis(predictions)
    grid = predictions.select(axis, 0).shape
    if labels.dim() == predictions.dim() and labels.select(axis, 0).shape == grid:
        flat = _flat(labels)
    elif labels.shape == grid:
        flat = labels.reshape(-1)
    else:
        raise DataError(f"labels must be as many as predictions, {_sizes(predictions)}, got {_sizes(labels)}")
    guessed = _flat(predictions)
    return Rows(guessed, flat, _kept(mask, predictions, grid))


def exact(values: Tensor) -> Tensor:
    """In double precision, on the CPU where the device has none."""
    return (values.cpu() if values.device.type == "mps" else values).double()


def _flat(values: Tensor) -> Tensor:
    axis = feature_axis(values)
    return values.movedim(axis, -1).reshape(-1, values.shape[axis])


def _kept(mask: Tensor | None, predictions: Tensor, grid: torch.Size) -> Tensor:
    if mask is None:
        return torch.ones((grid.numel(), 1), dtype=torch.bool, device=predictions.device)
    said = mask.to(predictions.device) != 0
    if said.dim() == predictions.dim() and said.shape[feature_axis(said)] > 1:
        return _flat(said)
    if said.dim() == predictions.dim():
        said = said.squeeze(feature_axis(said))
    try:
        return said.reshape(said.shape + (1,) * (len(grid) - said.dim())).expand(grid).reshape(-1, 1)
    except RuntimeError as error:
        raise DataError(
            f"a mask must be of the examples, of their steps or positions, or of the labels, got {_sizes(mask)} for {_sizes(predictions)}"
        ) from error


def _sizes(values: Tensor) -> str:
    return sized(values.shape, none="a single value")
