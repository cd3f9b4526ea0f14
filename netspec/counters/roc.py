"""Scores for curves over all thresholds: all of them, or how many reach each of some."""

import numpy as np
import torch
from torch import Tensor

from netspec.counters.rows import exact, rows
from netspec.counters.truth import Truths
from netspec.evaluation import Array, named
from netspec.evaluation.roc import Curve, Roc


class RocCounter:
    """Keeps every score (exact), or counts scores between equal steps of [0, 1], where memory does not grow with the examples."""

    def __init__(self, steps: int | None = None, *, second_only: bool = False, names: tuple[str, ...] = ()) -> None:
        self.steps, self.names = steps, names
        self.second_only = second_only
        """Of two classes, whose scores say the same, the curve is that of the second."""

        self.kept: list[tuple[Tensor, Tensor, Tensor]] = []
        self.bins: Tensor | None = None
        """2×K×(steps + 1): examples by truth, output and the highest threshold that they reach; a column for what is masked is behind."""

        self.truths = Truths()

    def add(self, predictions: Tensor, labels: Tensor, mask: Tensor | None = None) -> None:
        """One more batch."""
        guessed, labels, kept = rows(predictions, labels, mask)
        true = self.truths.of(labels, guessed, kept)
        kept = kept.expand(true.shape)
        if self.second_only and guessed.shape[1] == 2:
            guessed, true, kept = guessed[:, 1:], true[:, 1:], kept[:, 1:]
        if self.steps is None:
            self.kept.append((guessed, true, kept))
        else:
            self._count(guessed, true, kept, self.steps)

    def result(self) -> Roc:
        """The curves. Raises: RunError when a score was NaN, or nothing was evaluated; DataError when a label was neither yes nor no."""
        self.truths.check()
        return Roc(self._exact() if self.bins is None else self._stepped(self.bins), self.steps)

    def _count(self, scores: Tensor, true: Tensor, kept: Tensor, steps: int) -> None:
        outputs, width = scores.shape[1], steps + 2
        values = exact(scores)
        reached = torch.searchsorted(_thresholds(steps).to(values.device), values.contiguous(), right=True) - 1
        reached = torch.where(kept, reached.clamp(0, steps).to(scores.device), steps + 1)
        place = (true.long() * outputs + torch.arange(outputs, device=scores.device)) * width + reached
        if self.bins is None:
            self.bins = torch.zeros(2 * outputs * width, dtype=torch.long, device=scores.device)
        self.bins.scatter_add_(0, place.reshape(-1), torch.ones_like(place.reshape(-1)))

    def _stepped(self, counted: Tensor) -> tuple[Curve, ...]:
        steps = self.steps or 1
        bins = counted.reshape(2, -1, steps + 2)[..., : steps + 1].cpu().numpy()
        at_least = bins[..., ::-1].cumsum(axis=-1).astype(np.float64)
        at_least[..., 0] = 0  # as in DL4J, nothing reaches the threshold 1
        names = self._names(bins.shape[1])
        thresholds = _thresholds(steps).numpy()[::-1].copy()
        return tuple(Curve(name, thresholds, at_least[1, output], at_least[0, output]) for output, name in enumerate(names))

    def _exact(self) -> tuple[Curve, ...]:
        whole, *both = (torch.cat(parts) for parts in zip(*self.kept, strict=True))
        scores, true, kept = exact(whole).cpu().numpy(), *(values.cpu().numpy() for values in both)
        return tuple(_curve(name, scores[kept[:, at], at], true[kept[:, at], at]) for at, name in enumerate(self._names(scores.shape[1])))

    def _names(self, curves: int) -> tuple[str, ...]:
        """A single curve is that of the second of two classes."""
        return (self.names or (("1",) if curves == 1 else named((), curves)))[-curves:]


def _thresholds(steps: int) -> Tensor:
    """Rising, rounded as DL4J's are."""
    return torch.arange(steps + 1, dtype=torch.float64) * (1 / steps)


def _curve(name: str, scores: Array, true: "np.ndarray") -> Curve:
    """Every different score is a threshold; none reaches the first, which is infinite."""
    values, places = np.unique(-scores, return_inverse=True)
    hits, misses = (np.bincount(places[chosen], minlength=len(values)).cumsum() for chosen in (true, ~true))
    thresholds, *counts = (np.concatenate([[start], part]).astype(np.float64) for start, part in ((np.inf, -values), (0, hits), (0, misses)))
    return Curve(name, thresholds, *counts)
