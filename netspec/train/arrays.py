"""Arrays that come from Python, checked against the Plan before anything is computed with them."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from netspec.errors import DataError
from netspec.layers import ScoredLayer
from netspec.plan import Node, Plan
from netspec.shapes import FeedForward, Shape, with_features
from netspec.shapes import features as channels
from netspec.train.evaluate import EVALUATION_BATCH
from netspec.words import listed

Array = Tensor | np.ndarray
Arrays = Array | Mapping[str, Array]


def features(plan: Plan, given: Arrays) -> Tensor | dict[str, Tensor]:
    """Inputs as tensors: one, or by name for several. Raises: DataError when names or shapes do not fit."""
    if not isinstance(given, Mapping) and len(plan.inputs) == 1:
        return _fitting(plan, next(iter(plan.inputs)), given)
    return {name: _fitting(plan, name, given[name]) for name in _named(given, list(plan.inputs), "features")}  # type: ignore[index]  # a mapping, or refused


def labels(plan: Plan, given: Arrays) -> Tensor | dict[str, Tensor]:
    """Labels as tensors: one, or by name for several outputs. Raises: DataError when names, shapes or classes do not fit."""
    if not isinstance(given, Mapping) and len(plan.outputs) == 1:
        return _labels(plan, plan.outputs[0], given)
    return {name: _labels(plan, name, given[name]) for name in _named(given, list(plan.outputs), "labels")}  # type: ignore[index]  # a mapping, or refused


def _named(given: Arrays, names: list[str], what: str) -> list[str]:
    said = sorted(given) if isinstance(given, Mapping) else ["one array"]
    if said != sorted(names):
        raise DataError(f"{what} must be a mapping with {listed(names, 'and')}, got {listed(said, 'and')}")
    return names


def _fitting(plan: Plan, name: str, given: Array) -> Tensor:
    tensor, dims = torch.as_tensor(given), plan.inputs[name].dims
    if not _has(tensor, dims):
        raise DataError(f"features must be {_wanted(dims)}, got {_sizes(tensor)}")
    return tensor


def _has(tensor: Tensor, dims: tuple[int | None, ...]) -> bool:
    """Whether its axes behind the first have these sizes, None being any."""
    return tensor.ndim == len(dims) + 1 and all(size in (None, there) for size, there in zip(dims, tensor.shape[1:], strict=True))


def _wanted(dims: tuple[int | None, ...]) -> str:
    return "×".join(["N", *("T" if size is None else str(size) for size in dims)])


def _labels(plan: Plan, name: str, given: Array) -> Tensor:
    tensor, shape = torch.as_tensor(given), _labelled(plan.node(name))
    cells = () if isinstance(shape, FeedForward) else shape.sides
    indices = not tensor.is_floating_point() and tensor.ndim <= len(cells) + 1
    if not _has(tensor, cells if indices else shape.dims):
        raise DataError(f"labels must be {_wanted(shape.dims)}, the outputs of {name}, or {_wanted(cells)} class indices, got {_sizes(tensor)}")
    if not indices:
        return tensor
    classes = max(channels(shape), 2)
    if tensor.numel() and (int(tensor.min()) < 0 or int(tensor.max()) >= classes):
        raise DataError(f"labels must be class indices from 0 to {classes - 1}, got {int(tensor.min())} to {int(tensor.max())}")
    return tensor.long()


def _labelled(node: Node) -> Shape:
    """The shape of an output's labels: the output's, unless its loss says otherwise."""
    return with_features(node.output, node.layer.loss.labels_for(channels(node.output))) if isinstance(node.layer, ScoredLayer) else node.output


def _sizes(tensor: Tensor) -> str:
    return "×".join(map(str, tensor.shape)) or "one number"


def pair(plan: Plan, data: Array | Dataset[Any], given_labels: Array | None) -> tuple[Tensor, Tensor]:
    """Features and labels, given so or as a Dataset of pairs.

    Raises: DataError when they do not fit the network or one another.
    """
    if not isinstance(data, Tensor | np.ndarray):
        pieces = list(DataLoader(data, batch_size=EVALUATION_BATCH))
        data, given_labels = torch.cat([piece[0] for piece in pieces]), torch.cat([piece[1] for piece in pieces])
    if given_labels is None:
        raise DataError("features from Python need labels beside them", help="fit(features, labels)")
    rows, classes = features(plan, data), labels(plan, given_labels)
    if not isinstance(rows, Tensor) or not isinstance(classes, Tensor):
        raise DataError("a network with several inputs or outputs is trained batch by batch", help="model.step((features, labels)) with mappings by name")
    if len(rows) != len(classes):
        raise DataError(f"features and labels must be as many, got {len(rows)} and {len(classes)}")
    return rows, classes
