"""Curves over all thresholds: receiver operating characteristic, and precision against recall.

Equal scores are taken together, so that a curve does not depend on the order of the examples (in DL4J it does).
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from netspec.evaluation import Array, Evaluation, Row, Sheet, mean_of_defined, plain, ratio
from netspec.words import listed, plural

MOST_POINTS = 200
"""Of a curve with more points, so many are written down."""


class Counts(NamedTuple):
    """What is right and wrong at a threshold."""

    true_positives: int
    false_positives: int
    false_negatives: int
    true_negatives: int


@dataclass(frozen=True, eq=False)
class Curve:
    """How many examples score at least each threshold, from the highest threshold, which none reaches, to the lowest, which all do.

    Source: Fawcett, Pattern Recognition Letters 2006.
    """

    name: str
    thresholds: Array
    """Falling."""

    true_positives: Array
    """Examples of the class at or above each threshold."""

    false_positives: Array
    """Other examples at or above each threshold."""

    @property
    def positives(self) -> int:
        """Examples of the class."""
        return int(self.true_positives[-1])

    @property
    def negatives(self) -> int:
        """Examples that are not of it."""
        return int(self.false_positives[-1])

    @cached_property
    def recall(self) -> Array:
        """Of what is of the class, the share found; also called the true positive rate."""
        return ratio(self.true_positives, np.full(len(self.thresholds), self.positives))

    @cached_property
    def false_positive_rate(self) -> Array:
        """Of what is not of the class, the share taken for it."""
        return ratio(self.false_positives, np.full(len(self.thresholds), self.negatives))

    @cached_property
    def precision(self) -> Array:
        """Of what was taken for the class, the share that is of it; 1 where nothing was."""
        taken = self.true_positives + self.false_positives
        return np.where(taken == 0, 1.0, ratio(self.true_positives, taken))

    @property
    def auc(self) -> float:
        """Area under the ROC curve, by trapezoids; NaN without examples of both kinds."""
        return _area(self.recall, self.false_positive_rate)

    @property
    def auprc(self) -> float:
        """Area under precision against recall, by trapezoids; NaN without examples of both kinds."""
        return _area(self.precision, self.recall) if self.negatives else float("nan")

    def at(self, threshold: float) -> Counts:
        """What is right and wrong where a score of at least `threshold` means the class; between the curve's thresholds, at the next higher."""
        index = int(np.flatnonzero(self.thresholds >= threshold)[-1])
        found, wrong = int(self.true_positives[index]), int(self.false_positives[index])
        return Counts(found, wrong, self.positives - found, self.negatives - wrong)

    def threshold_for_recall(self, recall: float) -> float:
        """The highest threshold that finds at least this share of the class."""
        return float(self.thresholds[np.flatnonzero(self.recall >= recall)[0]])

    def threshold_for_precision(self, precision: float) -> float:
        """The lowest threshold with at least this precision."""
        return float(self.thresholds[np.flatnonzero(self.precision >= precision)[-1]])

    def as_dict(self) -> dict[str, object]:
        """Areas, counts, and the curve, thinned where it has very many points."""
        chosen = np.unique(np.linspace(0, len(self.thresholds) - 1, min(len(self.thresholds), MOST_POINTS)).astype(int))
        columns = ("thresholds", "false_positive_rate", "recall", "precision")
        curve = {name: [plain(value) for value in getattr(self, name)[chosen]] for name in columns}
        return {"auc": plain(self.auc), "auprc": plain(self.auprc), "positives": self.positives, "negatives": self.negatives, "curve": curve}


def _area(heights: Array, widths: Array) -> float:
    return float(np.diff(widths) @ (heights[1:] + heights[:-1]) / 2)


@dataclass(frozen=True)
class Roc(Evaluation):
    """A curve for each output, or for each class against all others. Source: DL4J's ROC, ROCBinary and ROCMultiClass."""

    curves: tuple[Curve, ...]
    steps: int | None = None
    """Equal steps between thresholds; None: every score is one, and the areas are exact."""

    @property
    def auc(self) -> float:
        """Mean of the areas under the ROC curves that have one."""
        return self._average(lambda curve: curve.auc)

    @property
    def auprc(self) -> float:
        """Mean of the areas under precision against recall, of the curves that have one."""
        return self._average(lambda curve: curve.auprc)

    def figures(self) -> dict[str, float]:
        """The mean areas."""
        return {"auc": self.auc, "auprc": self.auprc}

    def sheets(self) -> tuple[Sheet, ...]:
        """Each curve's areas."""
        rows: list[Row] = [(curve.name, curve.auc, curve.auprc, curve.positives, curve.negatives) for curve in self.curves]
        mean: list[Row] = [("mean", self.auc, self.auprc, "", "")] if len(rows) > 1 else []
        head, about = ("class", "ROC", "precision/recall", "positives", "negatives"), f"from {plural(self.steps + 1, 'threshold')}" if self.steps else ""
        return (Sheet("areas under curves", head, (*rows, *mean), self._notes(), about),)

    def as_dict(self) -> dict[str, object]:
        """Everything as JSON has it; undefined figures are null."""
        curves = [{"class": curve.name, **curve.as_dict()} for curve in self.curves]
        return {"auc": plain(self.auc), "auprc": plain(self.auprc), "steps": self.steps, "curves": curves}

    def _average(self, area: Callable[[Curve], float]) -> float:
        return mean_of_defined([area(curve) for curve in self.curves])

    def _notes(self) -> tuple[str, ...]:
        lacking = [curve.name for curve in self.curves if not (curve.positives and curve.negatives)]
        return (f"no area where examples of one kind only are there: {listed(lacking, 'and')}",) if lacking else ()
