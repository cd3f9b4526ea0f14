"""Sums of errors and moments by column.

Moments are kept about their means and merged batch by batch (Chan, Golub & LeVeque, 1979), because sums of squares
cancel catastrophically when values are large beside their spread.
"""

from dataclasses import dataclass, fields
from typing import Self

import torch
from torch import Tensor

from netspec.counters.rows import exact, rows
from netspec.errors import DataError, RunError
from netspec.evaluation import named
from netspec.evaluation.regression import Column, Regression
from netspec.words import sized


class RegressionCounter:
    """Adds up errors; what is NaN makes the figures of its column NaN."""

    def __init__(self, names: tuple[str, ...] = ()) -> None:
        self.names = names
        self.sums: Sums | None = None

    def add(self, predictions: Tensor, labels: Tensor, mask: Tensor | None = None) -> None:
        """One more batch. Raises: DataError when labels are class indices, or of another shape."""
        guessed, actual, kept = rows(predictions, labels, mask)
        sums = Sums.of(guessed, actual if actual.dim() == 2 else actual[:, None], kept)
        self.sums = sums if self.sums is None else self.sums + sums

    def result(self) -> Regression:
        """The sums. Raises: RunError when nothing was evaluated."""
        if self.sums is None:
            raise RunError("there are no examples to evaluate")
        return self.sums.result(self.names)


@dataclass(frozen=True)
class Sums:
    """Sufficient sums of examples seen so far, one entry a column; `+` joins two. `Sums.of(batch) + Sums.of(batch) + …`."""

    count: Tensor
    squared_error: Tensor
    absolute_error: Tensor
    label_mean: Tensor
    label_scatter: Tensor
    prediction_mean: Tensor
    prediction_scatter: Tensor
    co_scatter: Tensor

    @classmethod
    def of(cls, predictions: Tensor, labels: Tensor, kept: Tensor) -> Self:
        """Sums of one batch of rows, N×K, without those where `kept` (N×1 or N×K) is false.

        Raises: DataError when the shapes differ.
        """
        if predictions.shape != labels.shape:
            raise DataError(f"predictions must have the labels' shape {sized(labels.shape)}, got {sized(predictions.shape)}")
        guessed, actual = exact(predictions), exact(labels)
        kept = kept.to(actual.device).expand(actual.shape)
        return cls._moments(torch.where(kept, guessed, 0.0), torch.where(kept, actual, 0.0), kept)

    @classmethod
    def _moments(cls, guessed: Tensor, actual: Tensor, kept: Tensor) -> Self:
        error = guessed - actual
        label_mean, labels = _centred(actual, kept)
        prediction_mean, predictions = _centred(guessed, kept)
        sums = (error**2, error.abs(), labels**2, predictions**2, labels * predictions)
        squared, absolute, *scatters = (values.sum(0) for values in sums)
        return cls(kept.sum(0).double(), squared, absolute, label_mean, scatters[0], prediction_mean, scatters[1], scatters[2])

    def __add__(self, other: Self) -> Self:
        count = self.count + other.count
        share = other.count / count.clamp(min=1)
        weight = self.count * share
        label, prediction = other.label_mean - self.label_mean, other.prediction_mean - self.prediction_mean
        moved = {
            "label_mean": self.label_mean + label * share,
            "prediction_mean": self.prediction_mean + prediction * share,
            "label_scatter": self.label_scatter + other.label_scatter + label**2 * weight,
            "prediction_scatter": self.prediction_scatter + other.prediction_scatter + prediction**2 * weight,
            "co_scatter": self.co_scatter + other.co_scatter + label * prediction * weight,
        }
        added = {name: getattr(self, name) + getattr(other, name) for name in ("count", "squared_error", "absolute_error")}
        return type(self)(**added, **moved)

    def result(self, names: tuple[str, ...] = ()) -> Regression:
        """The sums as a result; columns without names are called by their index."""
        kept = [field.name for field in fields(Column)[2:]]
        values = zip(named(names, len(self.count)), self.count.tolist(), *(getattr(self, name).tolist() for name in kept), strict=True)
        return Regression(tuple(Column(name, int(count), *rest) for name, count, *rest in values))


def _centred(values: Tensor, kept: Tensor) -> tuple[Tensor, Tensor]:
    """Means of the kept values, and their distances from it; exactly 0 where all are equal, because the first is subtracted first."""
    if not len(values):
        return values.new_zeros(values.shape[1]), values
    first = values.gather(0, kept.byte().argmax(0)[None])
    moved = torch.where(kept, values - first, 0.0)
    mean = moved.sum(0) / kept.sum(0).clamp(min=1)
    return first[0] + mean, torch.where(kept, moved - mean, 0.0)
