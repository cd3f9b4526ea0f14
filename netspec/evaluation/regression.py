"""Regression: sums of errors and moments by column, and the figures of DL4J's RegressionEvaluation."""

import math
from dataclasses import dataclass

import numpy as np

from netspec.evaluation import Evaluation, Sheet, plain, ratio

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
class Regression(Evaluation):
    """How far predictions are from labels, column by column. Source: org.nd4j.evaluation.regression.RegressionEvaluation."""

    columns: tuple[Column, ...]

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

    def figures(self) -> dict[str, float]:
        """Means over the columns."""
        return {name: self.average(name) for name in FIGURES}

    def sheets(self) -> tuple[Sheet, ...]:
        """Each column by its figures."""
        rows = tuple((column.name, *(getattr(column, name) for name in FIGURES)) for column in self.columns)
        return (Sheet("columns", ("column", *FIGURES), rows),)

    def as_dict(self) -> dict[str, object]:
        """Everything as JSON has it; undefined figures are null."""
        rows = [{"column": column.name, "examples": column.count, **_figures(column)} for column in self.columns]
        return {"examples": self.examples, **_figures(self), "per_column": rows}


def _figures(of: Column | Regression) -> dict[str, float | None]:
    return {name: plain(getattr(of, name)) for name in FIGURES}
