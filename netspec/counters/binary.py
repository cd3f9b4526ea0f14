"""Counts of independent yes/no outputs."""

import torch
from torch import Tensor

from netspec.counters.rows import exact, rows
from netspec.counters.truth import Truths
from netspec.evaluation.binary import Binary


class BinaryCounter:
    """Counts, for each output, the four ways to be right and wrong; a score above the threshold says yes."""

    def __init__(self, thresholds: tuple[float, ...] = (0.5,), names: tuple[str, ...] = ()) -> None:
        self.thresholds, self.names = thresholds, names
        self.truths = Truths()
        self.counts: Tensor | None = None
        """4×K: true positives, false positives, false negatives, true negatives."""

    def add(self, predictions: Tensor, labels: Tensor, mask: Tensor | None = None) -> None:
        """One more batch."""
        guessed, labels, kept = rows(predictions, labels, mask)
        thresholds = torch.tensor(self.thresholds, dtype=torch.float64)
        scores = exact(guessed)
        yes, true = (scores > thresholds.to(scores.device)).to(guessed.device), self.truths.of(labels, guessed, kept)
        cells = torch.stack([yes & true & kept, yes & ~true & kept, ~yes & true & kept, ~yes & ~true & kept]).sum(1)
        self.counts = cells if self.counts is None else self.counts + cells

    def result(self) -> Binary:
        """The counts. Raises: RunError when a prediction was NaN, or nothing was evaluated; DataError when a label was neither yes nor no."""
        self.truths.check()
        hits, false_alarms, misses, rejections = [] if self.counts is None else self.counts.tolist()
        return Binary(tuple(hits), tuple(false_alarms), tuple(misses), tuple(rejections), self.names)
