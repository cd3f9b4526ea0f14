"""Probabilities counted into bins of equal width."""

import torch
from torch import Tensor

from netspec.counters.rows import exact, rows
from netspec.counters.truth import Truths
from netspec.evaluation.calibration import Calibration, Matrix


class CalibrationCounter:
    """Counts predictions, and those that came true, by probability; a probability of 1 is in the last bin."""

    def __init__(self, bins: int = 10, histogram_bins: int = 50, *, exclusive: bool = True, names: tuple[str, ...] = ()) -> None:
        self.bins, self.histogram_bins, self.names = bins, histogram_bins, names
        self.exclusive = exclusive
        """Whether an example is of one class, the likeliest; else it is of all whose probability is above ½."""

        self.truths = Truths()
        self.totals: dict[str, Tensor] = {}

    def add(self, predictions: Tensor, labels: Tensor, mask: Tensor | None = None) -> None:
        """One more batch."""
        guessed, labels, kept = rows(predictions, labels, mask)
        true = self.truths.of(labels, guessed, kept)
        kept, probability = kept.expand(true.shape), exact(guessed)
        true, kept = true.to(probability.device), kept.to(probability.device)
        residual, said = (true.double() - probability).abs(), self._said(probability)
        self._add("counts", probability, kept, self.bins)
        self._add("positives", probability, kept & true, self.bins)
        self._add("sums", probability, kept, self.bins, probability)
        for name, values in (("residuals", residual), ("probabilities", probability)):
            self._add(name, values, kept, self.histogram_bins)
            self._add(f"{name}_of", values, kept & true, self.histogram_bins)
        for name, chosen in (("label_counts", true), ("prediction_counts", said)):
            self._total(name, (chosen & kept).sum(0))

    def result(self) -> Calibration:
        """The counts. Raises: RunError when nothing was evaluated; DataError when a label was neither yes nor no."""
        self.truths.check(numbers=False)
        return Calibration(
            counts=self._matrix("counts"),
            positives=self._matrix("positives"),
            sums=tuple(tuple(row) for row in self.totals["sums"].tolist()),
            label_counts=tuple(self.totals["label_counts"].tolist()),
            prediction_counts=tuple(self.totals["prediction_counts"].tolist()),
            residuals=tuple(self.totals["residuals"].sum(0).long().tolist()),
            residuals_of=self._matrix("residuals_of"),
            probabilities=tuple(self.totals["probabilities"].sum(0).long().tolist()),
            probabilities_of=self._matrix("probabilities_of"),
            class_names=self.names,
        )

    def _said(self, probability: Tensor) -> Tensor:
        if not self.exclusive or probability.shape[1] == 1:
            return probability > 0.5
        return probability.argmax(1, keepdim=True) == torch.arange(probability.shape[1], device=probability.device)

    def _add(self, name: str, values: Tensor, chosen: Tensor, bins: int, weights: Tensor | None = None) -> None:
        """Sums of the chosen by output and bin; NaN is in the first, as in DL4J."""
        place = (values.nan_to_num(0) * bins).long().clamp(0, bins - 1)
        amount = chosen.double() if weights is None else torch.where(chosen, weights, 0.0)
        self._total(name, torch.zeros((values.shape[1], bins), dtype=torch.float64, device=values.device).scatter_add_(1, place.T, amount.T))

    def _total(self, name: str, values: Tensor) -> None:
        self.totals[name] = self.totals[name] + values if name in self.totals else values

    def _matrix(self, name: str) -> Matrix:
        return tuple(tuple(row) for row in self.totals[name].long().tolist())
