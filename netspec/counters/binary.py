"""Counts of independent yes/no outputs."""

import torch
from torch import Tensor

from netspec.counters.rows import exact, rows
from netspec.counters.truth import truth
from netspec.errors import RunError
from netspec.evaluation.binary import Binary


class BinaryCounter:
    """Counts, for each output, the four ways to be right and wrong; a score above the threshold says yes."""

    def __init__(self, thresholds: tuple[float, ...] = (0.5,), names: tuple[str, ...] = ()) -> None:
        self.thresholds, self.names = thresholds, names
        self.counts: Tensor | None = None
        """4×K: true positives, false positives, false negatives, true negatives."""

        self.bad: Tensor | None = None

    def add(self, predictions: Tensor, labels: Tensor, mask: Tensor | None = None) -> None:
        """One more batch."""
        guessed, labels, kept = rows(predictions, labels, mask)
        thresholds = torch.tensor(self.thresholds, dtype=torch.float64)
        scores = exact(guessed)
        yes, true = (scores > thresholds.to(scores.device)).to(guessed.device), truth(labels, guessed)
        cells = torch.stack([yes & true & kept, yes & ~true & kept, ~yes & true & kept, ~yes & ~true & kept]).sum(1)
        bad = (guessed.isnan() & kept).any()
        self.counts, self.bad = (cells, bad) if self.counts is None or self.bad is None else (self.counts + cells, self.bad | bad)

    def result(self) -> Binary:
        """The counts. Raises: RunError when a prediction was NaN, or nothing was evaluated."""
        if self.counts is None or self.bad is None:
            raise RunError("there are no examples to evaluate")
        if bool(self.bad):
            raise RunError("predictions must be numbers, got NaN", help="lower the learning rate")
        hits, false_alarms, misses, rejections = (tuple(count) for count in self.counts.tolist())
        return Binary(hits, false_alarms, misses, rejections, self.names)
