"""`class_weights: balanced`: each class counts as much as any other, however many training examples it has."""

from dataclasses import replace

import torch
from torch import Tensor

from netspec.construct import Scorer, pick, pick_mask
from netspec.errors import DataError, UsageError
from netspec.network import Network
from netspec.plan import Plan
from netspec.scored import ScoredLayer
from netspec.shapes import features
from netspec.train.batches import Batches, Resident
from netspec.train.streaming import Streaming


def balance(plan: Plan, network: Network, scorer: Scorer, batches: Batches) -> None:
    """Let losses that ask for it weigh their classes by the training labels. Raises: DataError, UsageError."""
    for name in plan.outputs:
        layer = plan.node(name).layer
        if isinstance(layer, ScoredLayer) and layer.balances and name in scorer.outputs:
            weighted = layer.with_class_weights(_weights(_labels(batches, name), features(plan.node(name).output), name))
            mean = weighted.build_score(network.get_submodule(name))
            scorer.outputs[name] = replace(scorer.outputs[name], loss=weighted.loss, mean=mean)


def _labels(batches: Batches, name: str) -> Tensor:
    """All labels of an output that count."""
    if not isinstance(batches, Resident | Streaming):
        raise UsageError("class_weights: balanced needs all labels at once, and a DataLoader gives them batch by batch", help="fit(features, labels)")
    source = batches if isinstance(batches, Resident) else batches.part
    labels, counts = pick(source.labels, name), pick_mask(source.label_mask, name)
    if counts is None and isinstance(source.mask, Tensor) and source.mask.shape == labels.shape[:2]:
        counts = source.mask
    if counts is not None and counts.shape == (len(labels), 1):
        counts = counts[:, 0]
    return labels if counts is None or counts.shape != labels.shape[: counts.dim()] else labels[counts != 0]


def _weights(labels: Tensor, classes: int, name: str) -> tuple[float, ...]:
    """Examples / (classes × those of the class), so that the mean over the examples is 1. Raises: DataError for a class without any."""
    counts = labels.reshape(-1, classes).sum(0).double() if labels.is_floating_point() else torch.bincount(labels.reshape(-1), minlength=classes).double()
    missing = (counts == 0).nonzero().flatten().tolist()
    if missing:
        raise DataError(f"class_weights: balanced needs training examples of every class of {name}, and class {missing[0]} has none")
    return tuple((counts.sum() / (classes * counts)).tolist())
