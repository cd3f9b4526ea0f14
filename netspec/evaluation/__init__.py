"""What a network is worth, in numbers: confusion matrices, sums of errors, curves, and what follows from them.

Results are frozen and hold counts or sums only; every figure is derived when it is asked for, so that no two
figures can disagree. numpy, no torch: the counters count on the training device and hand their counts over.
A figure that is not defined (0/0) is NaN here and null in JSON.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from netspec.errors import UsageError
from netspec.words import listed

Array = npt.NDArray[np.float64]

Averaging = Literal["macro", "micro"]
"""macro: the mean of the classes' figures. micro: the figure of the classes' summed counts."""


Row = tuple[str | int | float, ...]
"""Of a table; the first cell says what the row is of."""


class Sheet(NamedTuple):
    """A table: what stands in it, not how it is drawn."""

    title: str
    head: tuple[str, ...]
    """What the columns are called."""

    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()
    """What a reader must know of the figures, a line each."""

    about: str = ""
    """What the figures are of, in a few words."""


class Evaluation:
    """What one metric found out about one output."""

    def figures(self) -> dict[str, float]:
        """The figures for all of it, by name; the first says most."""
        raise NotImplementedError

    def sheets(self) -> tuple[Sheet, ...]:
        """The figures as tables, the shortest first."""
        raise NotImplementedError

    def as_dict(self) -> dict[str, object]:
        """Everything as JSON has it; undefined figures are null."""
        raise NotImplementedError


@dataclass(frozen=True)
class Judged:
    """What was found out about one output: its loss, and an evaluation for each metric, the first saying most."""

    loss: float
    """Mean over the examples, before `loss_weight`."""

    evaluations: Mapping[str, Evaluation]
    """By the metric's word."""

    def figures(self) -> dict[str, float]:
        """Every figure by name; what a later metric calls the same as an earlier one is `metric.figure`."""
        found: dict[str, float] = {}
        for metric, evaluation in self.evaluations.items():
            found |= {f"{metric}.{name}" if name in found else name: value for name, value in evaluation.figures().items()}
        return found

    def figure(self, name: str) -> float:
        """One figure, like f1 or auc. Raises: UsageError when no metric has it."""
        found = self.figures()
        if name not in found:
            raise UsageError(f"the evaluation has no figure {name}", help=f"it has {listed(found, 'and')}; `evaluation:` in the spec says what is counted")
        return found[name]

    def as_dict(self) -> dict[str, object]:
        """The loss, everything of the first metric beside it, and each further metric under its word."""
        first, *others = self.evaluations
        return {"loss": self.loss, **self.evaluations[first].as_dict(), **{name: self.evaluations[name].as_dict() for name in others}}


def ratio(above: npt.ArrayLike, below: npt.ArrayLike) -> Array:
    """Elementwise quotient; NaN where the divisor is 0.

    >>> ratio([1, 1], [4, 0])
    array([0.25,  nan])
    """
    divisor = np.asarray(below, dtype=np.float64)
    quotient: Array = np.divide(above, divisor, out=np.full(divisor.shape, np.nan), where=divisor != 0)
    return quotient


def mean_of_defined(values: npt.ArrayLike) -> float:
    """Mean of what is not NaN; NaN where nothing is.

    >>> mean_of_defined([1.0, float("nan"), 2.0])
    1.5
    """
    array = np.asarray(values, dtype=np.float64)
    defined = array[~np.isnan(array)]
    return float(defined.mean()) if defined.size else float("nan")


def plain(figure: float) -> float | None:
    """A figure as JSON has it: null where it is not a finite number."""
    return float(figure) if math.isfinite(figure) else None


def named(names: tuple[str, ...], count: int) -> tuple[str, ...]:
    """The names, or indices where there are none."""
    return names or tuple(str(index) for index in range(count))
