"""Rates of a confusion matrix, for each class against all others."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from netspec.evaluation import Array, ratio


@dataclass(frozen=True)
class Rates:
    """True and false positives and negatives, one entry for each class; a rate is NaN where it is 0/0."""

    true_positives: Array
    false_positives: Array
    false_negatives: Array
    true_negatives: Array

    @classmethod
    def of(cls, confusion: npt.ArrayLike) -> Self:
        """Rates of a matrix with rows actual and columns predicted."""
        matrix = np.asarray(confusion, dtype=np.float64)
        hits, predicted, actual = matrix.diagonal(), matrix.sum(axis=0), matrix.sum(axis=1)
        return cls(hits, predicted - hits, actual - hits, matrix.sum() - predicted - actual + hits)

    def summed(self) -> Self:
        """The classes' counts added up, as one entry: what micro averages are computed from."""
        counts = (self.true_positives, self.false_positives, self.false_negatives, self.true_negatives)
        return type(self)(*(count.sum(keepdims=True) for count in counts))

    def precision(self) -> Array:
        """TP / (TP + FP)."""
        return ratio(self.true_positives, self.true_positives + self.false_positives)

    def recall(self) -> Array:
        """TP / (TP + FN)."""
        return ratio(self.true_positives, self.true_positives + self.false_negatives)

    def fbeta(self, beta: float) -> Array:
        """(1 + β²)·P·R / (β²·P + R): 0 where P and R are 0, NaN where either is undefined. Source: van Rijsbergen, 1979."""
        precision, recall = self.precision(), self.recall()
        both = (1 + beta**2) * precision * recall
        return np.where(both == 0, 0.0, ratio(both, beta**2 * precision + recall))

    def f1(self) -> Array:
        """2·P·R / (P + R)."""
        return self.fbeta(1.0)

    def g_measure(self) -> Array:
        """√(P·R), an undefined P or R counted as 0. Source: Fowlkes & Mallows, JASA 1983."""
        return np.sqrt(np.nan_to_num(self.precision()) * np.nan_to_num(self.recall()))

    def false_positive_rate(self) -> Array:
        """FP / (FP + TN)."""
        return ratio(self.false_positives, self.false_positives + self.true_negatives)

    def false_negative_rate(self) -> Array:
        """FN / (FN + TP)."""
        return ratio(self.false_negatives, self.false_negatives + self.true_positives)

    def matthews_correlation(self) -> Array:
        """(TP·TN - FP·FN) / √((TP+FP)(TP+FN)(TN+FP)(TN+FN)). Source: Matthews, BBA 1975."""
        tp, fp, fn, tn = self.true_positives, self.false_positives, self.false_negatives, self.true_negatives
        return ratio(tp * tn - fp * fn, np.sqrt((tp + fp) * (tp + fn)) * np.sqrt((tn + fp) * (tn + fn)))
