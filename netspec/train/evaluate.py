"""Evaluation: predictions are counted on the device, one confusion matrix for everything."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from netspec.construct import Scorer
from netspec.errors import RunError
from netspec.layers import ScoredLayer
from netspec.metrics.classification import Classification
from netspec.metrics.regression import Regression, Sums
from netspec.modules.state import carries
from netspec.network import Network
from netspec.plan import Plan
from netspec.shapes import features as channels
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


def class_names(plan: Plan) -> tuple[str, ...]:
    """Numbers for names where examples come from Python; none for values."""
    node = plan.node(plan.outputs[0])
    outputs = channels(node.output)
    classes = isinstance(node.layer, ScoredLayer) and node.layer.loss.of != "values"
    return tuple(str(index) for index in range(max(outputs, 2))) if classes else ()


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
    network: Network,
    features: Tensor | dict[str, Tensor],
    device: torch.device,
    dtype: torch.dtype,
    scaling: Scaling | None = None,
    masks: Tensor | dict[str, Tensor] | None = None,
) -> Tensor | dict[str, Tensor]:
    """Activated outputs for all rows, in test mode, on the CPU; windows of sequences are not taken apart."""
    ready = (lambda rows: scaling(rows.to(device), dtype)) if scaling else (lambda rows: rows.to(device, dtype))
    network.eval()
    named, masked = _by_name(network, features), _by_name(network, masks)
    count, outputs = len(next(iter(named.values()))), []
    size = max(count, 1) if carries(network) else EVALUATION_BATCH
    with torch.inference_mode():
        for start in range(0, max(count, 1), size):
            piece = {name: ready(rows[start : start + size]) for name, rows in named.items()}
            mask = {name: rows[start : start + size].to(device, dtype) for name, rows in masked.items()}
            outputs.append(network.activate(network(piece, mask or None)))
    if isinstance(outputs[0], Tensor):
        return torch.cat([output for output in outputs if isinstance(output, Tensor)]).cpu()
    return {name: torch.cat([output[name] for output in outputs if isinstance(output, dict)]).cpu() for name in network.outputs}


def _by_name(network: Network, values: Tensor | dict[str, Tensor] | None) -> dict[str, Tensor]:
    return values if isinstance(values, dict) else {} if values is None else {network.inputs[0]: values}
