"""Independent yes/no outputs: counts for each, and the figures of DL4J's EvaluationBinary.

Where a figure is 0/0 it is 0 for that output and left out of the average, as for classes; DL4J makes it, and the average, NaN.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np

from netspec.evaluation import Array, Evaluation, Row, Sheet, mean_of_defined, named, plain, ratio
from netspec.evaluation.rates import Rates
from netspec.words import listed, plural

Measure = Literal[
    "accuracy", "precision", "recall", "f1", "g_measure", "matthews_correlation", "false_positive_rate", "false_negative_rate", "false_alarm_rate"
]

FIGURES: tuple[Measure, ...] = ("accuracy", "f1", "precision", "recall", "g_measure", "matthews_correlation", "false_alarm_rate")


@dataclass(frozen=True)
class Binary(Evaluation):
    """How often each output said yes, and was right. Source: org.nd4j.evaluation.classification.EvaluationBinary, 1.0.0-M2.1.

    >>> Binary(true_positives=(3,), false_positives=(1,), false_negatives=(2,), true_negatives=(4,)).average("accuracy")
    0.7
    """

    true_positives: tuple[int, ...]
    """One for each output, as the other counts."""

    false_positives: tuple[int, ...]
    false_negatives: tuple[int, ...]
    true_negatives: tuple[int, ...]
    output_names: tuple[str, ...] = ()
    """One for each output, or none: outputs are then called by their index."""

    @cached_property
    def _rates(self) -> Rates:
        counts = (self.true_positives, self.false_positives, self.false_negatives, self.true_negatives)
        return Rates(*(np.asarray(count, dtype=np.float64) for count in counts))

    @property
    def names(self) -> tuple[str, ...]:
        """What the outputs are called."""
        return named(self.output_names, len(self.true_positives))

    @property
    def totals(self) -> tuple[int, ...]:
        """Examples evaluated, output by output; masks may differ."""
        counts = zip(self.true_positives, self.false_positives, self.false_negatives, self.true_negatives, strict=True)
        return tuple(sum(count) for count in counts)

    def of_outputs(self, measure: Measure) -> tuple[float, ...]:
        """The measure for each output; 0 where it is 0/0, NaN for an undefined correlation."""
        values = self._values(measure)
        return tuple(float(value) for value in (values if measure == "matthews_correlation" else np.nan_to_num(values)))

    def average(self, measure: Measure) -> float:
        """Mean over the outputs that have the measure."""
        return mean_of_defined(self._values(measure))

    def figures(self) -> dict[str, float]:
        """Means over the outputs."""
        return {name: self.average(name) for name in FIGURES}

    def sheets(self) -> tuple[Sheet, ...]:
        """Each output by its figures, and by its counts."""
        rows: list[Row] = [(name, *(float(self._values(measure)[index]) for measure in FIGURES[:4])) for index, name in enumerate(self.names)]
        mean: list[Row] = [("mean", *(self.average(name) for name in FIGURES[:4]))] if len(rows) > 1 else []
        counts = zip(self.names, self.true_positives, self.false_positives, self.false_negatives, self.true_negatives, strict=True)
        return (
            Sheet("yes or no", ("output", "accuracy", "F1", "precision", "recall"), (*rows, *mean), self._notes(), plural(max(self.totals), "example")),
            Sheet("counts", ("output", "right yes", "wrong yes", "wrong no", "right no"), tuple(counts)),
        )

    def as_dict(self) -> dict[str, object]:
        """Everything as JSON has it; undefined figures are null."""
        counts = ("true_positives", "false_positives", "false_negatives", "true_negatives")
        rows = [
            {"output": name} | {what: plain(self._values(what)[index]) for what in FIGURES} | {count: getattr(self, count)[index] for count in counts}
            for index, name in enumerate(self.names)
        ]
        return {"examples": max(self.totals), **{name: plain(value) for name, value in self.figures().items()}, "per_output": rows}

    def _values(self, measure: Measure) -> Array:
        """NaN where it is not defined."""
        rates = self._rates
        if measure == "accuracy":
            right = np.asarray(self.true_positives) + np.asarray(self.true_negatives)
            return ratio(right, self.totals)
        if measure == "false_alarm_rate":
            return (np.nan_to_num(rates.false_positive_rate()) + np.nan_to_num(rates.false_negative_rate())) / 2
        values: Array = getattr(rates, measure)()
        return values

    def _notes(self) -> tuple[str, ...]:
        reasons = (("never said yes", "precision"), ("is never yes in the labels", "recall"))
        lacking = [(why, measure, [name for name, value in zip(self.names, self._values(measure), strict=True) if np.isnan(value)]) for why, measure in reasons]  # type: ignore[arg-type]  # two of the measures
        return tuple(f"the means of {measure} and F1 leave out what {why}: {listed(names, 'and')}" for why, measure, names in lacking if names)
