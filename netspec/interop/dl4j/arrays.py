"""Arrays as DL4J has them ⇄ as netspec's models take and give them.

Sequences are N×C×T there and N×T×C here; images may be rows of pixels there where a preprocessor makes images of them.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netspec.errors import DataError
from netspec.layers import ScoredLayer
from netspec.model import Model
from netspec.plan import Node
from netspec.shapes import Recurrent, Shape
from netspec.shapes import features as shape_features

Array = NDArray[Any]
Arrays = Array | Mapping[str, Array]


def features(model: Model, given: Arrays) -> Arrays:
    """DL4J's inputs as the model takes them; by name where there are several. Raises: DataError."""
    shapes = model.plan.inputs
    if isinstance(given, Mapping):
        return {name: _in(array, shapes[name]) for name, array in given.items() if name in shapes}
    return _in(given, next(iter(shapes.values())))


def labels(model: Model, given: Arrays) -> Arrays:
    """DL4J's labels as the model takes them."""
    nodes = {name: model.plan.node(name) for name in model.plan.outputs}
    if isinstance(given, Mapping):
        return {name: _labels(array, nodes[name]) for name, array in given.items() if name in nodes}
    return _labels(given, next(iter(nodes.values())))


def _labels(array: Array, node: Node) -> Array:
    """Labels of an output; where one number stands for several classes, it is the index of one."""
    found = _in(array, node.output)
    axis = 1 if found.ndim >= 4 else -1
    sparse = isinstance(node.layer, ScoredLayer) and node.layer.loss.takes_indices and found.shape[axis] == 1 < shape_features(node.output)
    return found.squeeze(axis).astype(np.int64) if sparse else found


def output(model: Model, name: str, given: Array) -> Array:
    """One output of the model as DL4J has it."""
    return np.swapaxes(given, 1, 2) if isinstance(model.plan.node(name).output, Recurrent) and given.ndim == 3 else given


def _in(array: Array, shape: Shape) -> Array:
    if isinstance(shape, Recurrent) and array.ndim == 3:
        return np.swapaxes(array, 1, 2)
    if shape == Recurrent(1) and array.ndim == 2:
        return array[..., np.newaxis]
    sizes = [size for size in shape.dims if size is not None]
    if array.ndim == 2 and len(sizes) == len(shape.dims) > 1:
        if array.shape[1] != np.prod(sizes):
            raise DataError(f"rows must have {np.prod(sizes)} values, one for each cell of {shape}, got {array.shape[1]}")
        return array.reshape(len(array), *sizes)
    return array
