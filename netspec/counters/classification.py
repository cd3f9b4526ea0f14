"""From rows of predictions and labels to a confusion matrix, counted as DL4J counts.

A row's class is its largest entry (of equals the first); a single column is compared with the threshold, and so is the
second of two columns when a threshold is given. Labels need not be one-hot.
"""

from typing import NamedTuple

import torch
from torch import Tensor

from netspec.counters.rows import exact, rows
from netspec.errors import DataError, RunError
from netspec.evaluation.classification import Classification
from netspec.words import plural


class Decision(NamedTuple):
    """How a row of predictions becomes a class."""

    threshold: float | None = None
    """Of two classes, the second is meant above it."""

    costs: tuple[float, ...] | None = None
    """Factors of the columns before the largest is taken."""

    boundary: float = 0.5
    """What divides two classes on one column, in the labels too."""

    def __call__(self, predictions: Tensor) -> Tensor:
        """Class of each row, N×K → N."""
        if predictions.shape[1] == 1 or (predictions.shape[1] == 2 and self.threshold is not None):
            boundary = self.boundary if self.threshold is None else self.threshold
            return (exact(predictions[:, -1]) > boundary).long().to(predictions.device)
        if self.costs is not None:
            predictions = predictions * torch.tensor(self.costs, dtype=predictions.dtype, device=predictions.device)
        return predictions.argmax(1)


PLAIN = Decision()


class ClassificationCounter:
    """Counts actual × predicted class, and how often the actual class was among the likeliest."""

    def __init__(self, classes: int, decision: Decision = PLAIN, *, top_n: int = 1, positive: int = 1, names: tuple[str, ...] = ()) -> None:
        self.classes, self.decision, self.top_n, self.positive, self.names = classes, decision, top_n, positive, names
        self.counts: Tensor | None = None
        """Actual·classes + predicted; then what is masked, labels that are no class, and rows of predictions that are no numbers."""

        self.likeliest: Tensor | None = None

    def add(self, predictions: Tensor, labels: Tensor, mask: Tensor | None = None) -> None:
        """One more batch."""
        guessed, labels, kept = rows(predictions, labels, mask)
        self._check(guessed)
        actual, predicted, counts = self._actual(labels), self.decision(guessed), self._started(guessed)
        kept = kept.any(1)
        wrong, bad = (actual < 0) | (actual >= self.classes), guessed.isnan().any(1)
        masked, cells = ~kept, self.classes**2
        place = torch.where(masked, cells, torch.where(bad, cells + 2, torch.where(wrong, cells + 1, actual * self.classes + predicted)))
        counts.scatter_add_(0, place, torch.ones_like(place))
        if self.top_n > 1:
            self._count_likeliest(guessed, actual.clamp(0, guessed.shape[1] - 1), kept)

    def result(self) -> Classification:
        """The matrix. Raises: RunError when a prediction was NaN; DataError when a label was no class."""
        counts = [0] * (self.classes**2 + 3) if self.counts is None else self.counts.tolist()
        *cells, _, wrong, bad = counts
        if bad:
            raise RunError(f"predictions must be numbers, got NaN in {plural(bad, 'row')}", help="lower the learning rate")
        if wrong:
            raise DataError(f"labels must be classes from 0 to {self.classes - 1}, got others in {plural(wrong, 'row')}")
        matrix = tuple(tuple(cells[row * self.classes : (row + 1) * self.classes]) for row in range(self.classes))
        tops = {self.top_n: 0 if self.likeliest is None else int(self.likeliest)} if self.top_n > 1 else None
        return Classification(matrix, self.names, tops, self.positive)

    def _check(self, predictions: Tensor) -> None:
        if predictions.shape[1] > self.classes:
            raise DataError(f"predictions must have at most {self.classes} columns, one for each class, got {predictions.shape[1]}")

    def _started(self, like: Tensor) -> Tensor:
        if self.counts is None:
            self.counts = torch.zeros(self.classes**2 + 3, dtype=torch.long, device=like.device)
        return self.counts

    def _actual(self, labels: Tensor) -> Tensor:
        if labels.dim() == 2 and labels.shape[1] > 1:
            return labels.argmax(1)
        column = labels.reshape(-1)
        return (column > self.decision.boundary).long() if column.is_floating_point() and self.classes == 2 else column.long()

    def _count_likeliest(self, predictions: Tensor, actual: Tensor, kept: Tensor) -> None:
        """Of equal likelihoods all are among the likeliest."""
        own = predictions.gather(1, actual[:, None])
        near = (((predictions > own).sum(1) < self.top_n) & kept).sum()
        self.likeliest = near if self.likeliest is None else self.likeliest + near
