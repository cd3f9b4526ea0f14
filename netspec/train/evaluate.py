"""Evaluation: predictions are counted on the device, one confusion matrix for everything."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from netspec.construct import Scorer
from netspec.errors import RunError
from netspec.metrics.classification import Classification
from netspec.metrics.regression import Regression, Sums
from netspec.network import Network
from netspec.train.batches import Batches
from netspec.train.data import Scaling

EVALUATION_BATCH = 1024
"""Examples in a batch where nothing is learned."""


@dataclass(frozen=True)
class Scored:
    """Mean loss over some examples, and what was counted."""

    loss: float
    counted: Classification | Regression


@torch.inference_mode()
def evaluate(network: Network, scorer: Scorer, batches: Batches, class_names: tuple[str, ...], poll: Callable[[], None] | None = None) -> Scored:
    """Loss and counts over all batches, in test mode; `poll` is called after each and may raise.

    Raises: RunError when a prediction is not finite.
    """
    network.eval()
    first = scorer.outputs[network.outputs[0]].loss
    counter = _Classes(len(class_names), (1 + first.wrong) / 2) if class_names else _Values()
    total, examples = 0.0, 0
    for features, labels in batches.epoch(0):
        output = network(features)
        total += float(scorer(output, labels)) * len(features)
        examples += len(features)
        prediction = network.activate(output)
        counter.add(first.expected(prediction if isinstance(prediction, Tensor) else prediction[network.outputs[0]]), labels)
        if poll:
            poll()
    return Scored(total / max(examples, 1), counter.result(class_names))


class _Classes:
    """Counts actual × predicted class; a single output above the boundary says the second of two."""

    def __init__(self, classes: int, boundary: float) -> None:
        self.classes, self.boundary = classes, boundary
        self.counts: Tensor | None = None

    def add(self, prediction: Tensor, labels: Tensor) -> None:
        _check_finite(prediction)
        actual = labels if labels.ndim == 1 else labels.argmax(1) if labels.shape[1] > 1 else labels[:, 0]
        predicted = prediction.argmax(1) if prediction.shape[1] > 1 else (prediction[:, 0] > self.boundary).long()
        counted = torch.bincount(actual.long() * self.classes + predicted, minlength=self.classes**2)
        self.counts = counted if self.counts is None else self.counts + counted

    def result(self, class_names: tuple[str, ...]) -> Classification:
        counts = torch.zeros(self.classes**2, dtype=torch.long) if self.counts is None else self.counts
        rows = counts.reshape(self.classes, self.classes).tolist()
        return Classification(tuple(tuple(row) for row in rows), class_names)


class _Values:
    """Sums for regression figures."""

    def __init__(self) -> None:
        self.sums: Sums | None = None

    def add(self, prediction: Tensor, labels: Tensor) -> None:
        _check_finite(prediction)
        sums = Sums.of(prediction.double().cpu().numpy(), labels.double().cpu().numpy())
        self.sums = sums if self.sums is None else self.sums + sums

    def result(self, class_names: tuple[str, ...]) -> Regression:
        if self.sums is None:
            raise RunError("there are no examples to evaluate")
        return self.sums.result()


def _check_finite(prediction: Tensor) -> None:
    if not bool(torch.isfinite(prediction).all()):
        raise RunError("a prediction is NaN or infinite", help="the weights have diverged: use a smaller learning_rate")


def predict(
    network: Network, features: Tensor | dict[str, Tensor], device: torch.device, dtype: torch.dtype, scaling: Scaling | None = None
) -> Tensor | dict[str, Tensor]:
    """Activated outputs for all rows, in test mode, on the CPU."""
    ready = (lambda rows: scaling(rows.to(device), dtype)) if scaling else (lambda rows: rows.to(device, dtype))
    network.eval()
    named = features if isinstance(features, dict) else {network.inputs[0]: features}
    pieces = zip(*(torch.split(rows, EVALUATION_BATCH) for rows in named.values()), strict=True)
    with torch.inference_mode():
        outputs = [network.activate(network({name: ready(rows) for name, rows in zip(named, piece, strict=True)})) for piece in pieces]
    if isinstance(outputs[0], Tensor):
        return torch.cat([output for output in outputs if isinstance(output, Tensor)]).cpu()
    return {name: torch.cat([output[name] for output in outputs if isinstance(output, dict)]).cpu() for name in network.outputs}
