"""Calibration: whether what is predicted with probability p comes true with frequency p. DL4J's EvaluationCalibration."""

from dataclasses import dataclass

import numpy as np

from netspec.evaluation import Array, Evaluation, Row, Sheet, mean_of_defined, named, plain, ratio

Matrix = tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class Calibration(Evaluation):
    """Probabilities counted into equal bins of [0, 1], output by output. Source: org.nd4j.evaluation.classification.EvaluationCalibration, 1.0.0-M2.1."""

    counts: Matrix
    """Predictions in each bin of the reliability diagram; a row for each output, as in the other matrices."""

    positives: Matrix
    """Those of them whose label is the class."""

    sums: tuple[tuple[float, ...], ...]
    """Sums of the probabilities in each bin."""

    label_counts: tuple[int, ...]
    """Examples of each class."""

    prediction_counts: tuple[int, ...]
    """Examples taken for each class."""

    residuals: tuple[int, ...]
    """Histogram of |label − probability|, over all outputs."""

    residuals_of: Matrix
    """The same of each class's probability, where the label is the class."""

    probabilities: tuple[int, ...]
    """Histogram of the probabilities, over all outputs."""

    probabilities_of: Matrix
    """The same of each class's probability, where the label is the class."""

    class_names: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """What the outputs are called."""
        return named(self.class_names, len(self.counts))

    def mean_predicted(self, output: int) -> Array:
        """Mean probability in each bin; NaN where the bin is empty."""
        return ratio(self.sums[output], self.counts[output])

    def fraction_positive(self, output: int) -> Array:
        """How often it came true, bin by bin; NaN where the bin is empty."""
        return ratio(self.positives[output], self.counts[output])

    def error(self, output: int) -> float:
        """Mean distance of probability and frequency over the bins, each by its share of the predictions. Source: Naeini et al., AAAI 2015."""
        gaps = np.nan_to_num(np.abs(self.mean_predicted(output) - self.fraction_positive(output)))
        return float(ratio((gaps * self.counts[output]).sum(), sum(self.counts[output])))

    @property
    def calibration_error(self) -> float:
        """Mean of the outputs' errors."""
        return mean_of_defined([self.error(output) for output in range(len(self.counts))])

    def figures(self) -> dict[str, float]:
        """The mean error."""
        return {"calibration_error": self.calibration_error}

    def sheets(self) -> tuple[Sheet, ...]:
        """Each output's error, and the reliability diagram of all together."""
        rows: list[Row] = [(name, self.error(index), self.label_counts[index], self.prediction_counts[index]) for index, name in enumerate(self.names)]
        mean: list[Row] = [("mean", self.calibration_error, "", "")] if len(rows) > 1 else []
        errors = Sheet("calibration", ("class", "error", "labels", "predictions"), (*rows, *mean))
        head = ("probability", "predicted", "came true", "predictions")
        return errors, Sheet("reliability", head, self._reliability(), about="all classes together")

    def as_dict(self) -> dict[str, object]:
        """Everything as JSON has it; undefined figures are null."""
        rows = [
            {
                "class": name,
                "calibration_error": plain(self.error(index)),
                "labels": self.label_counts[index],
                "predictions": self.prediction_counts[index],
                "mean_predicted": [plain(value) for value in self.mean_predicted(index)],
                "fraction_positive": [plain(value) for value in self.fraction_positive(index)],
                "counts": list(self.counts[index]),
                "residuals": list(self.residuals_of[index]),
                "probabilities": list(self.probabilities_of[index]),
            }
            for index, name in enumerate(self.names)
        ]
        histograms = {"residuals": list(self.residuals), "probabilities": list(self.probabilities)}
        return {"calibration_error": plain(self.calibration_error), **histograms, "per_class": rows}

    def _reliability(self) -> tuple[Row, ...]:
        """Bins that hold predictions: their bounds, the mean probability, the frequency, how many."""
        counts, positives, sums = (np.asarray(matrix).sum(axis=0) for matrix in (self.counts, self.positives, self.sums))
        bins = len(counts)
        return tuple(
            (f"{index / bins:g} to {(index + 1) / bins:g}", float(sums[index] / counts[index]), float(positives[index] / counts[index]), int(counts[index]))
            for index in range(bins)
            if counts[index]
        )
