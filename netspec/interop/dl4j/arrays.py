"""Arrays as DL4J has them ⇄ as netspec's models take and give them.

Sequences are N×C×T there and N×T×C here, or N×T×C in both where the file says so; images and volumes may have their channels last there;
images may be rows of pixels there where a preprocessor makes images of them.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netspec.errors import DataError
from netspec.interop.dl4j.formats import to_first, to_last
from netspec.interop.dl4j.memory import Memory
from netspec.interop.dl4j.parameters import translator_of
from netspec.model import Model
from netspec.plan import Node
from netspec.scored import ScoredLayer
from netspec.shapes import FeedForward, Recurrent, Shape
from netspec.shapes import features as shape_features

Array = NDArray[Any]
Arrays = Array | Mapping[str, Array]


def features(model: Model, given: Arrays) -> Arrays:
    """DL4J's inputs as the model takes them; by name where there are several. Raises: DataError."""
    return _all(model, given, model.plan.inputs)


def labels(model: Model, given: Arrays) -> Arrays:
    """DL4J's labels as the model takes them."""
    nodes, last = {name: model.plan.node(name) for name in model.plan.outputs}, _channels_last(model)
    if isinstance(given, Mapping):
        return {name: _labels(array, nodes[name], last=name in last) for name, array in given.items() if name in nodes}
    name, node = next(iter(nodes.items()))
    return _labels(given, node, last=name in last)


def masks(model: Model, given: Arrays) -> Arrays:
    """DL4J's masks of inputs, or of labels: N×T in both; one for each output as what it masks."""
    last = _channels_last(model)
    if isinstance(given, Mapping):
        return {name: _mask(array, last=name in last) for name, array in given.items()}
    return _mask(given, last=bool(last))


def _mask(array: Array, *, last: bool) -> Array:
    if array.ndim < 3 or (last and array.ndim == 3):
        return array
    if array.ndim == 3:
        return np.swapaxes(array, 1, 2)
    return to_first(array) if last else array


def _labels(array: Array, node: Node, *, last: bool) -> Array:
    """Labels of an output; where one number stands for several classes, it is the index of one."""
    found = _in(array, node.output, last=last)
    axis = 1 if found.ndim >= 4 else -1
    sparse = isinstance(node.layer, ScoredLayer) and node.layer.loss.takes_indices and found.shape[axis] == 1 < shape_features(node.output)
    return found.squeeze(axis).astype(np.int64) if sparse else found


def output(model: Model, name: str, given: Array) -> Array:
    """One output of the model as DL4J has it."""
    node, last = model.plan.node(name), name in _channels_last(model)
    shape, translator = node.output, translator_of(node)
    if isinstance(shape, FeedForward) or given.ndim != len(shape.dims) + 1:
        return translator.as_there(given) if translator else given
    if isinstance(shape, Recurrent):
        return given if last else np.swapaxes(given, 1, 2)
    return to_last(given) if last else given


def _channels_last(model: Model) -> tuple[str, ...]:
    return getattr(model, "memory", Memory()).channels_last


def _all(model: Model, given: Arrays, shapes: Mapping[str, Shape]) -> Arrays:
    last = _channels_last(model)
    if isinstance(given, Mapping):
        return {name: _in(array, shapes[name], last=name in last) for name, array in given.items() if name in shapes}
    name, shape = next(iter(shapes.items()))
    return _in(given, shape, last=name in last)


def _in(array: Array, shape: Shape, *, last: bool) -> Array:
    if shape == Recurrent(1) and array.ndim == 2:
        return array[..., np.newaxis]
    sizes = [size for size in shape.dims if size is not None]
    if isinstance(shape, Recurrent) and array.ndim == 3:
        return array if last else np.swapaxes(array, 1, 2)
    if array.ndim == 2 and len(sizes) == len(shape.dims) > 1:
        if array.shape[1] != np.prod(sizes):
            raise DataError(f"rows must have {np.prod(sizes)} values, one for each cell of {shape}, got {array.shape[1]}")
        return array.reshape(len(array), *sizes)
    return to_first(array) if last and array.ndim == len(shape.dims) + 1 > 2 else array
