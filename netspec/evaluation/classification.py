"""Classification: one confusion matrix, and every figure of DL4J's Evaluation derived from it.

Why NaN here and 0 there: DL4J gives 0 for a single class's precision that is 0/0 but leaves the class out of the
average, and both are kept, because numbers are compared across the two systems. The summed false negative rate is
FN/(FN+TP); DL4J divides by FN+TN there.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np

from netspec.evaluation import Array, Averaging, Evaluation, Sheet, mean_of_defined, named, plain, ratio
from netspec.evaluation.rates import Rates

Measure = Literal["precision", "recall", "f1", "g_measure", "matthews_correlation", "false_positive_rate", "false_negative_rate"]

FIGURES = ("accuracy", "precision", "recall", "f1", "g_measure", "matthews_correlation", "false_positive_rate", "false_negative_rate", "false_alarm_rate")

_LEAVING_OUT = ("precision", "recall")
"""Measures whose macro average is over the classes that have them; F-measures need both."""


@dataclass(frozen=True)
class Classification(Evaluation):
    """How often each class was taken for each class.

    Two classes: precision, recall and F1 are those of the `positive` class. More: macro averages over the classes
    for which they are defined. Source: org.nd4j.evaluation.classification.Evaluation, 1.0.0-M2.1.

    >>> result = Classification(((8, 2), (1, 9)), ("ham", "spam"))
    >>> result.accuracy, result.recall, round(result.precision, 4)
    (0.85, 0.9, 0.8182)
    """

    confusion: tuple[tuple[int, ...], ...]
    """Counts; rows are the actual classes, columns the predicted ones."""

    class_names: tuple[str, ...] = ()
    """One for each class, or none: classes are then called by their index."""

    top_n_correct: Mapping[int, int] | None = None
    """For each n, how many examples had their class among the n likeliest."""

    positive: int = 1
    """Class whose precision, recall and F1 are meant where there are two."""

    def __post_init__(self) -> None:
        size = len(self.confusion)
        if any(len(row) != size for row in self.confusion) or size == 0:
            raise ValueError(f"a confusion matrix must be square, got rows of {[len(row) for row in self.confusion]}")
        if any(count < 0 for row in self.confusion for count in row):
            raise ValueError("a confusion matrix must hold counts, got a negative number")
        if self.class_names and len(self.class_names) != size:
            raise ValueError(f"class_names must be {size}, as the matrix has classes, got {len(self.class_names)}")
        if self.positive not in (0, 1):
            raise ValueError(f"positive must be 0 or 1, got {self.positive}")

    @cached_property
    def _rates(self) -> Rates:
        return Rates.of(self.confusion)

    @property
    def classes(self) -> int:
        """How many classes there are."""
        return len(self.confusion)

    @property
    def named(self) -> bool:
        """Whether classes are called by more than their index."""
        return self.names != tuple(str(index) for index in range(self.classes))

    @property
    def names(self) -> tuple[str, ...]:
        """What the classes are called."""
        return named(self.class_names, self.classes)

    @cached_property
    def support(self) -> tuple[int, ...]:
        """Examples that are of each class."""
        return tuple(sum(row) for row in self.confusion)

    @cached_property
    def predicted(self) -> tuple[int, ...]:
        """Examples that were taken for each class."""
        return tuple(sum(column) for column in zip(*self.confusion, strict=True))

    @property
    def examples(self) -> int:
        """Examples evaluated."""
        return sum(self.support)

    @property
    def correct(self) -> int:
        """Examples taken for what they are."""
        return sum(row[index] for index, row in enumerate(self.confusion))

    @property
    def accuracy(self) -> float:
        """Share of examples taken for what they are, in [0, 1]."""
        return float(ratio(self.correct, self.examples))

    def top_n_accuracy(self, n: int) -> float:
        """Share of examples whose class was among the n likeliest.

        Raises: KeyError when that n was not counted.
        """
        return self.accuracy if n == 1 else float(ratio((self.top_n_correct or {})[n], self.examples))

    @property
    def binary(self) -> bool:
        """Whether the figures are those of one class instead of averages."""
        return self.classes == 2

    @property
    def excluded_from_precision(self) -> tuple[int, ...]:
        """Classes that were never predicted."""
        return tuple(index for index, count in enumerate(self.predicted) if count == 0)

    @property
    def excluded_from_recall(self) -> tuple[int, ...]:
        """Classes that are never present in the labels."""
        return tuple(index for index, count in enumerate(self.support) if count == 0)

    @property
    def excluded_from_f1(self) -> tuple[int, ...]:
        """Classes that lack precision or recall."""
        return tuple(sorted({*self.excluded_from_precision, *self.excluded_from_recall}))

    @property
    def precision(self) -> float:
        """Of what was taken for a class, the share that is of it."""
        return self._headline("precision")

    @property
    def recall(self) -> float:
        """Of what is of a class, the share that was taken for it."""
        return self._headline("recall")

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall, class by class."""
        return self._headline("f1")

    @property
    def false_positive_rate(self) -> float:
        """Of what is not of a class, the share that was taken for it."""
        return self._headline("false_positive_rate")

    @property
    def false_negative_rate(self) -> float:
        """Of what is of a class, the share that was not taken for it."""
        return self._headline("false_negative_rate")

    @property
    def false_alarm_rate(self) -> float:
        """Mean of the false positive and the false negative rate."""
        return (self.false_positive_rate + self.false_negative_rate) / 2

    @property
    def g_measure(self) -> float:
        """√(precision·recall), averaged over all classes."""
        return self.average("g_measure")

    @property
    def matthews_correlation(self) -> float:
        """Correlation of being a class and being taken for it, in [-1, 1], averaged over all classes; NaN when a class has none."""
        return self.average("matthews_correlation")

    def of_classes(self, measure: Measure) -> tuple[float, ...]:
        """The measure for each class; 0 where it is 0/0, NaN for an undefined correlation."""
        return tuple(float(value) for value in _filled(measure, getattr(self._rates, measure)()))

    def average(self, measure: Measure, averaging: Averaging = "macro") -> float:
        """The measure for all classes together; with two classes, F1 is that of class 1 whatever the averaging."""
        if measure == "f1":
            return self.fbeta(1.0, averaging)
        if averaging == "micro":
            return float(_filled(measure, getattr(self._rates.summed(), measure)())[0])
        values: Array = getattr(self._rates, measure)()
        return mean_of_defined(values) if measure in _LEAVING_OUT else float(_filled(measure, values).mean())

    def fbeta(self, beta: float, averaging: Averaging = "macro") -> float:
        """F-measure that weighs recall β times as much as precision; with two classes that of class 1, NaN where it never occurs."""
        if self.binary:
            occurs = self.support[1] + self.predicted[1] > 0
            return self.fbeta_of_classes(beta)[1] if occurs else float("nan")
        if averaging == "micro":
            return float(np.nan_to_num(self._rates.summed().fbeta(beta))[0])
        return mean_of_defined(self._rates.fbeta(beta))

    def fbeta_of_classes(self, beta: float) -> tuple[float, ...]:
        """F-measure for each class, 0 where it is not defined."""
        return tuple(float(value) for value in np.nan_to_num(self._rates.fbeta(beta)))

    def figures(self) -> dict[str, float]:
        """Accuracy first; precision, recall and F1 as the table has them."""
        tops = {f"top_{n}_accuracy": self.top_n_accuracy(n) for n in self.top_n_correct or {}}
        return {**{name: getattr(self, name) for name in FIGURES}, **tops}

    def sheets(self) -> tuple[Sheet, ...]:
        """Each class by its figures."""
        rows = zip(self.names, *(self.of_classes(name) for name in ("precision", "recall", "f1")), self.support, self.predicted, strict=True)
        return (Sheet("classes", ("class", "precision", "recall", "F1", "support", "predicted"), tuple(rows)),)

    def as_dict(self) -> dict[str, object]:
        """Everything as JSON has it; undefined figures are null."""
        figures = {name: plain(getattr(self, name)) for name in ("accuracy", "precision", "recall", "f1")}
        tops = {f"top_{n}_accuracy": plain(self.top_n_accuracy(n)) for n in self.top_n_correct or {}}
        return {
            "examples": self.examples,
            **figures,
            **tops,
            "averaging": f"class {self.names[self.positive]}" if self.binary else "macro",
            "excluded_from_precision": [self.names[index] for index in self.excluded_from_precision],
            "excluded_from_recall": [self.names[index] for index in self.excluded_from_recall],
            "per_class": self._per_class(),
            "confusion_matrix": [list(row) for row in self.confusion],
        }

    def _per_class(self) -> list[dict[str, object]]:
        columns = (self.of_classes("precision"), self.of_classes("recall"), self.of_classes("f1"), self.support, self.predicted)
        words = ("class", "precision", "recall", "f1", "support", "predicted")
        return [dict(zip(words, row, strict=True)) for row in zip(self.names, *columns, strict=True)]

    def _headline(self, measure: Measure) -> float:
        return self.of_classes(measure)[self.positive] if self.binary else self.average(measure)


def _filled(measure: Measure, values: Array) -> Array:
    return values if measure == "matthews_correlation" else np.nan_to_num(values)
