"""Evaluation: losses and counts are added up on the device, and looked at when all batches are through."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor

from netspec.construct import Scorer, pick, pick_mask
from netspec.counters import Counter
from netspec.errors import RunError
from netspec.evaluation import Evaluation, Judged
from netspec.metrics import Metric
from netspec.modules.state import carries
from netspec.named import Named, each, every
from netspec.network import Network
from netspec.plan import Evaluated
from netspec.train.batches import Batches
from netspec.train.scaling import AnyScaling
from netspec.train.trainer import examples_in, predicted

EVALUATION_BATCH = 1024
"""Examples in a batch where nothing is learned."""


@dataclass(frozen=True)
class Measures:
    """What is counted."""

    outputs: Mapping[str, Evaluated]
    """By the names of the outputs."""

    class_names: Named[tuple[str, ...]] = ()
    """What the data call the classes; of several outputs, by name."""

    def counters(self) -> dict[str, dict[str, Counter]]:
        """New ones, by output and metric."""
        return {
            name: {metric.type: metric.build(evaluated.output, self._names(name, evaluated.metrics)) for metric in evaluated.metrics}
            for name, evaluated in self.outputs.items()
        }

    def _names(self, output: str, metrics: tuple[Metric, ...]) -> tuple[str, ...]:
        """As a metric says, else as the data do."""
        data = self.class_names.get(output, ()) if isinstance(self.class_names, Mapping) else self.class_names
        return next((metric.names for metric in metrics if metric.names), data)


@dataclass(frozen=True)
class Scored:
    """Mean loss over some examples, and what was found out about each output."""

    loss: float
    outputs: Mapping[str, Judged]
    reconstructions: Mapping[str, float] = field(default_factory=dict)
    """Of each layer that was pre-trained, the mean loss with which it gives its input back."""

    @property
    def figures(self) -> dict[str, float]:
        """Every figure by its name, of several outputs as `output.figure`."""
        several = len(self.outputs) > 1
        return {f"{name}.{figure}" if several else figure: value for name, judged in self.outputs.items() for figure, value in judged.figures().items()}


@torch.inference_mode()
def evaluate(network: Network, scorer: Scorer, batches: Batches, measures: Measures, poll: Callable[[], None] | None = None) -> Scored:
    """Loss and counts over all batches, in test mode; `poll` is called after each and may raise.

    Raises: RunError when a prediction is not finite; DataError when labels cannot be counted.
    """
    network.eval()
    losses, counted = _Losses(list(scorer.outputs)), _Counted(measures.counters())
    for batch in batches.epoch(0):
        output, masks = predicted(network, *batch)
        parts = scorer.parts(output, batch.labels, masks)
        losses.add(scorer.total(parts), parts, examples_in(batch.labels))
        predictions = network.activate(output)
        for name, scored in scorer.outputs.items():
            counted.add(name, scored.loss.expected(pick(predictions, name)), pick(batch.labels, name), pick_mask(masks, name))
        if poll:
            poll()
    whole, own = losses.means()
    evaluations = counted.results()
    return Scored(whole, {name: Judged(own[name], evaluations[name]) for name in scorer.outputs})


class _Losses:
    """Losses of the batches, the whole one and each output's own."""

    def __init__(self, names: list[str]) -> None:
        self.names = names
        self.batches: list[Tensor] = []
        self.examples: list[int] = []

    def add(self, whole: Tensor, parts: Mapping[str, Tensor], examples: int) -> None:
        self.batches.append(torch.stack([whole, *(parts[name] for name in self.names)]))
        self.examples.append(examples)

    def means(self) -> tuple[float, dict[str, float]]:
        """Means over the examples. Raises: RunError where there are none."""
        whole, *own = means(self.batches, self.examples)
        return whole, dict(zip(self.names, own, strict=True))


def means(batches: Sequence[Tensor], examples: Sequence[int]) -> list[float]:
    """Means over all examples of what are means over each batch's, side by side. Raises: RunError where there are none."""
    if not batches:
        raise RunError("there are no examples to evaluate")
    rows = torch.stack(list(batches)).cpu().double().tolist()
    return [sum(loss * count for loss, count in zip(column, examples, strict=True)) / sum(examples) for column in zip(*rows, strict=True)]


class _Counted:
    """Counters, and whether every prediction was finite."""

    def __init__(self, counters: Mapping[str, Mapping[str, Counter]]) -> None:
        self.counters = counters
        self.finite: Tensor | None = None

    def add(self, name: str, predictions: Tensor, labels: Tensor, mask: Tensor | None) -> None:
        finite = torch.isfinite(predictions).all()
        self.finite = finite if self.finite is None else self.finite & finite
        for counter in self.counters[name].values():
            counter.add(predictions, labels, mask)

    def results(self) -> dict[str, dict[str, Evaluation]]:
        if self.finite is not None and not bool(self.finite):
            raise RunError("a prediction is NaN or infinite", help="the weights have diverged: use a smaller learning_rate")
        return {name: {metric: counter.result() for metric, counter in own.items()} for name, own in self.counters.items()}


def _cut(values: Named[Tensor], rows: slice, device: torch.device) -> Named[Tensor]:
    return each(lambda array: array[rows].to(device), values)


def predict(
    network: Network,
    features: Named[Tensor],
    device: torch.device,
    dtype: torch.dtype,
    scaling: AnyScaling | None = None,
    masks: Named[Tensor] | None = None,
) -> Tensor | dict[str, Tensor]:
    """Activated outputs for all rows, in test mode, on the CPU; windows of sequences are not taken apart."""
    network.eval()
    count, outputs = len(every(features)[0]), []
    size = max(count, 1) if carries(network) else EVALUATION_BATCH
    with torch.inference_mode():
        for start in range(0, max(count, 1), size):
            rows = slice(start, start + size)
            piece, mask = _cut(features, rows, device), None if masks is None else each(lambda values: values.to(dtype), _cut(masks, rows, device))
            outputs.append(network.activate(network(scaling(piece, dtype) if scaling else each(lambda values: values.to(dtype), piece), mask)))
    if isinstance(outputs[0], Tensor):
        return torch.cat([output for output in outputs if isinstance(output, Tensor)]).cpu()
    return {name: torch.cat([output[name] for output in outputs if isinstance(output, dict)]).cpu() for name in network.outputs}
