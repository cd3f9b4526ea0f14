"""Regression: sums of errors and moments by column, and the figures of DL4J's RegressionEvaluation.

Moments are kept about their means and merged batch by batch (Chan, Golub & LeVeque, 1979), because sums of squares
cancel catastrophically when values are large beside their spread.
"""

import math
from dataclasses import dataclass, fields
from typing import Self

import numpy as np
import numpy.typing as npt

from netspec.errors import DataError
from netspec.metrics import Array, plain, ratio

FIGURES = ("mse", "mae", "rmse", "rse", "correlation", "r2")


@dataclass(frozen=True)
class Column:
    """One output: its sums over all examples."""

    name: str
    count: int
    squared_error: float
    """Σ(label - prediction)²."""
    absolute_error: float
    """Σ|label - prediction|."""
    label_scatter: float
    """Σ(label - mean label)²."""
    prediction_scatter: float
    """Σ(prediction - mean prediction)²."""
    co_scatter: float
    """Σ(label - mean label)(prediction - mean prediction)."""

    @property
    def mse(self) -> float:
        """Mean squared error."""
        return float(ratio(self.squared_error, self.count))

    @property
    def mae(self) -> float:
        """Mean absolute error."""
        return float(ratio(self.absolute_error, self.count))

    @property
    def rmse(self) -> float:
        """Root of the mean squared error."""
        return math.sqrt(self.mse)

    @property
    def rse(self) -> float:
        """Relative squared error: that of the prediction beside that of always saying the mean; NaN for constant labels."""
        return float(ratio(self.squared_error, self.label_scatter))

    @property
    def correlation(self) -> float:
        """Pearson's, in [-1, 1]; NaN where labels or predictions are constant."""
        return float(ratio(self.co_scatter, math.sqrt(self.label_scatter) * math.sqrt(self.prediction_scatter)))

    @property
    def r2(self) -> float:
        """1 - rse: the share of the labels' variance that is explained."""
        return 1 - self.rse


@dataclass(frozen=True)
class Regression:
    """How far predictions are from labels, column by column. Source: org.nd4j.evaluation.regression.RegressionEvaluation."""

    columns: tuple[Column, ...]
    note: str | None = None
    """What a reader must know before the figures, e.g. that another data set stood in."""

    @property
    def examples(self) -> int:
        """Examples evaluated; where masks differ between columns, of the column that has most."""
        return max(column.count for column in self.columns)

    def average(self, figure: str) -> float:
        """Mean of a figure over the columns; NaN where a column has none."""
        return float(np.mean([getattr(column, figure) for column in self.columns]))

    @property
    def mse(self) -> float:
        """Mean squared error, averaged over columns."""
        return self.average("mse")

    @property
    def mae(self) -> float:
        """Mean absolute error, averaged over columns."""
        return self.average("mae")

    @property
    def rmse(self) -> float:
        """Mean of the columns' root mean squared errors."""
        return self.average("rmse")

    @property
    def rse(self) -> float:
        """Mean of the columns' relative squared errors."""
        return self.average("rse")

    @property
    def correlation(self) -> float:
        """Mean of the columns' Pearson correlations."""
        return self.average("correlation")

    @property
    def r2(self) -> float:
        """Mean of the columns' R²."""
        return self.average("r2")

    def as_dict(self) -> dict[str, object]:
        """Everything as JSON has it; undefined figures are null."""
        rows = [{"column": column.name, "examples": column.count, **_figures(column)} for column in self.columns]
        return {**({"note": self.note} if self.note else {}), "examples": self.examples, **_figures(self), "per_column": rows}


@dataclass(frozen=True)
class Sums:
    """Sufficient sums of examples seen so far, one entry a column; `+` joins two. `Sums.of(batch) + Sums.of(batch) + …`."""

    count: Array
    squared_error: Array
    absolute_error: Array
    label_mean: Array
    label_scatter: Array
    prediction_mean: Array
    prediction_scatter: Array
    co_scatter: Array

    @classmethod
    def of(cls, predictions: npt.ArrayLike, labels: npt.ArrayLike, mask: npt.ArrayLike | None = None) -> Self:
        """Sums of one batch of rows, N×K or N; `mask` (N, N×1 or N×K) leaves out what is 0.

        Raises: DataError when the shapes differ.
        """
        guessed, actual = _rows(predictions), _rows(labels)
        if guessed.shape != actual.shape:
            raise DataError(f"predictions must have the labels' shape {_shape(actual)}, got {_shape(guessed)}")
        kept = np.ones(actual.shape, bool) if mask is None else np.broadcast_to(_rows(mask) != 0, actual.shape)
        return cls._moments(np.where(kept, guessed, 0), np.where(kept, actual, 0), kept)

    @classmethod
    @np.errstate(invalid="ignore", over="ignore")  # what diverged gives NaN figures, not warnings
    def _moments(cls, guessed: Array, actual: Array, kept: "npt.NDArray[np.bool_]") -> Self:
        error = guessed - actual
        label_mean, labels = _centred(actual, kept)
        prediction_mean, predictions = _centred(guessed, kept)
        sums = (error**2, np.abs(error), labels**2, predictions**2, labels * predictions)
        squared, absolute, *scatters = (values.sum(axis=0) for values in sums)
        return cls(kept.sum(axis=0).astype(np.float64), squared, absolute, label_mean, scatters[0], prediction_mean, scatters[1], scatters[2])

    @np.errstate(invalid="ignore", over="ignore")
    def __add__(self, other: Self) -> Self:
        count = self.count + other.count
        share = other.count / np.maximum(count, 1)
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

    def result(self, names: tuple[str, ...] = (), note: str | None = None) -> Regression:
        """The sums as a result; columns without names are called by their index."""
        called = names or tuple(str(index) for index in range(len(self.count)))
        kept = [field.name for field in fields(Column)[2:]]
        values = zip(called, self.count, *(getattr(self, name) for name in kept), strict=True)
        return Regression(tuple(Column(name, int(count), *map(float, rest)) for name, count, *rest in values), note)


def _centred(values: Array, kept: "npt.NDArray[np.bool_]") -> tuple[Array, Array]:
    """Means of the kept values, and their distances from it; exactly 0 where all are equal, because the first is subtracted first."""
    if not len(values):
        return np.zeros(values.shape[1]), values
    first = np.take_along_axis(values, kept.argmax(axis=0)[None], axis=0)
    moved = np.where(kept, values - first, 0)
    mean = moved.sum(axis=0) / np.maximum(kept.sum(axis=0), 1)
    return first[0] + mean, np.where(kept, moved - mean, 0)


def _rows(values: npt.ArrayLike) -> Array:
    rows = np.asarray(values, dtype=np.float64)
    return rows[:, None] if rows.ndim == 1 else rows


def _shape(values: Array) -> str:
    return "×".join(map(str, values.shape))


def _figures(of: Column | Regression) -> dict[str, float | None]:
    return {name: plain(getattr(of, name)) for name in FIGURES}
