"""Features and labels for any network that can be drawn."""

from typing import Any

import numpy as np

from netspec.plan import Node, Plan
from netspec.shapes import FeedForward, Recurrent, Shape, features

Named = dict[str, np.ndarray]


def batch_for(plan: Plan, examples: int) -> tuple[np.ndarray, Named]:
    """Features of its one input, labels by output."""
    draw = np.random.default_rng(3)
    name, shape = next(iter(plan.inputs.items()))
    sizes = (examples, *(size or 1 for size in shape.dims))
    first = next(node for node in plan.nodes if name in node.inputs)
    given = draw.integers(first.layer.vocabulary, size=sizes).astype(float) if first.layer.takes_indices else draw.normal(size=sizes)
    return given, {output: _labels(plan.node(output), examples, draw) for output in plan.outputs}


def _labels(node: Node, examples: int, draw: np.random.Generator) -> np.ndarray:
    """Such as its loss is made for."""
    rows, layer = int(examples * node.rows), node.layer
    if layer.type == "yolo2_output":
        return _objects(node.output, rows, len(layer.priors), draw)
    sides = () if isinstance(node.output, FeedForward) else node.output.sides
    values = _values(layer.loss, (rows, *sides, layer.loss.labels_for(features(node.output))), draw)
    return values if isinstance(node.output, FeedForward | Recurrent) else np.moveaxis(values, -1, 1)


def _values(loss: Any, sizes: tuple[int, ...], draw: np.random.Generator) -> np.ndarray:
    """Labels with their features last."""
    if loss.of == "classes" or loss.type == "multi_label" or (loss.type == "fmeasure" and sizes[-1] > 1):
        return np.eye(sizes[-1])[draw.integers(sizes[-1], size=sizes[:-1])]
    if loss.of == "probabilities":
        return draw.integers(2, size=sizes).astype(float)
    if loss.type in ("hinge", "squared_hinge", "wasserstein"):
        return 2.0 * draw.integers(2, size=sizes) - 1
    if loss.type == "kl_divergence":
        return draw.dirichlet(np.full(sizes[-1], 3.0), size=sizes[:-1])
    return draw.uniform(0.5, 2, size=sizes) if loss.type in ("poisson", "msle", "mape") else draw.normal(size=sizes)


def _objects(grid: Shape, rows: int, priors: int, draw: np.random.Generator) -> np.ndarray:
    """An object in about every third cell: its corners, and its class as ones and zeros."""
    channels, height, width = grid.dims
    classes = int(channels or 0) // priors - 5
    cells = np.stack(np.meshgrid(np.arange(width or 0), np.arange(height or 0)))
    middle, half = cells + draw.uniform(0.1, 0.9, size=(rows, *cells.shape)), draw.uniform(0.3, 1.2, size=(rows, *cells.shape))
    kind = np.moveaxis(np.eye(classes)[draw.integers(classes, size=(rows, *cells.shape[1:]))], -1, 1)
    there = draw.integers(3, size=(rows, 1, *cells.shape[1:])) == 0
    return np.where(there, np.concatenate([middle - half, middle + half, kind], 1), 0.0)
