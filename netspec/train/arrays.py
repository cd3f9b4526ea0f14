"""Arrays that come from Python, checked against the Plan before anything is computed with them."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, TypeGuard

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from netspec.errors import DataError
from netspec.named import Named, called, every
from netspec.plan import Node, Plan
from netspec.scored import ScoredLayer
from netspec.shapes import FeedForward, Shape, with_features
from netspec.shapes import features as channels
from netspec.train.evaluate import EVALUATION_BATCH
from netspec.words import listed, sized

Array = Tensor | np.ndarray
Arrays = Array | Mapping[str, Array]


def features(plan: Plan, given: Arrays) -> Named[Tensor]:
    """Inputs as tensors: one, or by name for several. Raises: DataError when names or shapes do not fit."""
    return _fit(given, list(plan.inputs), "features", partial(_fitting, plan))


def labels(plan: Plan, given: Arrays, *, waits: bool = True) -> Named[Tensor]:
    """Labels as tensors: one, or by name for several outputs with a loss. Classes that lie on a device are not looked at unless that may be waited for.

    Raises: DataError when names, shapes or classes do not fit.
    """
    return _fit(given, list(plan.scored), "labels", partial(_labels, plan, waits=waits))


def _fit(given: Arrays, names: list[str], what: str, fitting: Callable[[str, Array], Tensor]) -> Named[Tensor]:
    """The one array made fitting, or each by its name."""
    if not isinstance(given, Mapping) and len(names) == 1:
        return fitting(names[0], given)
    if not isinstance(given, Mapping) or set(given) != set(names):
        said = sorted(given) if isinstance(given, Mapping) else ["one array"]
        raise DataError(f"{what} must be a mapping with {listed(names, 'and')}, got {listed(said, 'and')}")
    return {name: fitting(name, given[name]) for name in names}


def _fitting(plan: Plan, name: str, given: Array) -> Tensor:
    what, dims = called("features", name, plan.inputs), plan.inputs[name].dims
    tensor = tensor_of(what, given)
    if not _has(tensor, dims):
        raise DataError(f"{what} must be {_wanted(dims)}, got {sized(tensor.shape)}")
    return tensor


def tensor_of(what: str, given: Array) -> Tensor:
    """As a tensor. Raises: DataError for what holds no real numbers."""
    try:
        tensor = torch.as_tensor(_laid_out(given) if isinstance(given, np.ndarray) else given)
    except (TypeError, ValueError, RuntimeError):
        found = f"an array of {given.dtype}" if isinstance(given, np.ndarray) else f"a {type(given).__name__}"
        raise DataError(f"{what} must be an array or tensor of numbers, got {found}") from None
    if tensor.is_complex():
        raise DataError(f"{what} must be an array or tensor of real numbers, got {tensor.dtype}")
    return tensor


def _laid_out(given: np.ndarray) -> np.ndarray:
    """As torch takes it: forwards, in the machine's order of bytes."""
    native = given.astype(given.dtype.newbyteorder("="), copy=False)
    return native.copy() if min(native.strides, default=0) < 0 else native


def _has(tensor: Tensor, dims: tuple[int | None, ...]) -> bool:
    """Whether its axes behind the first have these sizes, None being any."""
    return tensor.ndim == len(dims) + 1 and all(size in (None, there) for size, there in zip(dims, tensor.shape[1:], strict=True))


def _wanted(dims: tuple[int | None, ...]) -> str:
    return "×".join(["N", *("T" if size is None else str(size) for size in dims)])


def _labels(plan: Plan, name: str, given: Array, *, waits: bool) -> Tensor:
    what, shape = called("labels", name, plan.scored), _labelled(plan.node(name))
    tensor, cells = tensor_of(what, given), () if isinstance(shape, FeedForward) else shape.sides
    indices = not tensor.is_floating_point() and tensor.ndim <= len(cells) + 1
    if not _has(tensor, cells if indices else shape.dims):
        said = f"{what} must be {_wanted(shape.dims)}, the outputs of {name}, or {_wanted(cells)} class indices, got {sized(tensor.shape)}"
        raise DataError(said, help=_meant(tensor, shape, cells))
    if not indices:
        return tensor
    found = tensor.long()
    if found.numel() and (waits or found.device.type == "cpu"):
        _check_classes(what, found, max(channels(shape), 2))
    return found


def _check_classes(what: str, indices: Tensor, classes: int) -> None:
    least, most = int(indices.min()), int(indices.max())
    if least < 0 or most >= classes:
        help_ = "a label that is not to count has 0 in label_mask, and any class" if least < 0 else None
        raise DataError(f"{what} must be class indices from 0 to {classes - 1}, got {least} to {most}", help=help_)


def _meant(tensor: Tensor, shape: Shape, cells: tuple[int | None, ...]) -> str | None:
    """What was probably meant, of labels that do not fit."""
    if tensor.is_floating_point() and _has(tensor, cells):
        return (
            "labels[:, None] are values, N×1"
            if shape == FeedForward(1)
            else "class indices are whole numbers: labels.astype(int), or labels.long() of a tensor"
        )
    return "class indices without an axis of their own: labels.squeeze(-1)" if tensor.ndim and _has(tensor, (*cells, 1)) else None


def _labelled(node: Node) -> Shape:
    """The shape of an output's labels: the output's, unless its loss says otherwise."""
    return with_features(node.output, node.layer.loss.labels_for(channels(node.output))) if isinstance(node.layer, ScoredLayer) else node.output


def pair(plan: Plan, data: Arrays, given_labels: Arrays | None) -> tuple[Named[Tensor], Named[Tensor]]:
    """Features and labels.

    Raises: DataError when they do not fit the network or one another.
    """
    if given_labels is None:
        raise DataError("features from Python need labels beside them", help="fit(features, labels)")
    rows, classes = features(plan, data), labels(plan, given_labels)
    _check_as_many("features", rows)
    _check_as_many("labels", classes)
    if (examples := len(every(rows)[0])) != (others := len(every(classes)[0])):
        raise DataError(f"features and labels must be as many, got {examples} and {others}")
    return rows, classes


def joined(data: object) -> list[Named[Tensor]]:
    """All examples of a Dataset: their features, their labels and, where they have any, their masks."""
    if not _holds_examples(data):
        given = "a list or tuple of other things" if isinstance(data, list | tuple) else f"a {type(data).__name__}"
        raise DataError(
            f"features must be an array, a tensor, a Dataset or a DataLoader of examples and their labels, got {given}",
            help="numpy.asarray(…) makes an array of lists of numbers; several inputs are a mapping by name",
        )
    pieces = list(DataLoader(data, batch_size=EVALUATION_BATCH))
    return [_joined([piece[side] for piece in pieces]) for side in range(len(pieces[0]))]


def _holds_examples(data: object) -> TypeGuard[Dataset[Any]]:
    """Whether it is a Dataset: examples by their number, each with its labels."""
    if not hasattr(data, "__getitem__") or not hasattr(data, "__len__"):
        return False
    return not len(data) or (isinstance(data[0], Sequence) and len(data[0]) > 1 and not isinstance(data[0][0], float | int))


def _joined(pieces: list[Named[Tensor]]) -> Named[Tensor]:
    first = pieces[0]
    if not isinstance(first, Mapping):
        return torch.cat([piece for piece in pieces if isinstance(piece, Tensor)])
    return {name: torch.cat([piece[name] for piece in pieces if isinstance(piece, Mapping)]) for name in first}


def _check_as_many(what: str, given: Named[Tensor]) -> None:
    counts = {name: len(values) for name, values in given.items()} if isinstance(given, Mapping) else {}
    if len(set(counts.values())) > 1:
        said = listed([f"{count} of {name}" for name, count in counts.items()], "and")
        raise DataError(f"{what} must be as many by every name, got {said}")
