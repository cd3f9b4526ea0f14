"""When training ends before its epochs are over."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import isfinite
from typing import NamedTuple

from netspec.metrics import Better
from netspec.plan import Plan
from netspec.resolve.watching import LOSS, RECONSTRUCTION, figures_of
from netspec.train.history import Epoch
from netspec.training import EarlyStopping, seconds
from netspec.words import plural


class Watch(NamedTuple):
    """The validation figure that training is judged by."""

    figure: str = LOSS
    better: Better = "smaller"

    def value(self, record: Epoch) -> float | None:
        """The figure of an epoch; None where it was not looked at, or is not defined."""
        found = record.validation_loss if self.figure == LOSS else (record.validation_figures or {}).get(self.figure)
        return found if found is not None and isfinite(found) else None

    def gain(self, value: float, best: float | None) -> float:
        """How much better a value is than the best so far, less than 0 where it is worse; infinite where it is the first."""
        if best is None:
            return float("inf")
        return value - best if self.better == "larger" else best - value


@dataclass(frozen=True)
class Stopping:
    """Early stopping by a validation figure or a batch's loss, and a limit of time."""

    patience: int | None = None
    """Epochs without a gain after which training ends; None: never."""

    least_gain: float = 0.0
    """How much better the figure must be to count as a gain."""

    max_seconds: float | None = None
    """Time after which training ends; None: no limit."""

    watch: Watch = field(default_factory=Watch)
    target: float | None = None
    """Value of the figure that is good enough."""

    at_most: float | None = None
    """Loss of a batch above which training ends."""

    @classmethod
    def of(cls, plan: Plan) -> "Stopping":
        """What a spec says of it."""
        limit, early = _said(plan)
        if early is None:
            return cls(max_seconds=limit)
        if early.watch == RECONSTRUCTION:
            return cls(max_seconds=limit, at_most=early.at_most)
        return cls(early.patience, early.least_gain, limit, Watch(early.watch, figures_of(plan)[early.watch]), early.target, early.at_most)

    @classmethod
    def of_pretraining(cls, plan: Plan) -> "Stopping":
        """Likewise of each layer that learns from its input alone: what it is judged by is its loss."""
        limit, early = _said(plan)
        if early is None or early.watch != RECONSTRUCTION:
            return cls(max_seconds=limit)
        return cls(early.patience, early.least_gain, limit, target=early.target)

    @property
    def looks(self) -> bool:
        """Whether it looks at validation examples."""
        return self.patience is not None or self.target is not None

    def reason(self, epochs: Sequence[Epoch], elapsed: float) -> str | None:
        """Why training is to end now, `elapsed` seconds after it began; None when it is not."""
        if self.late(elapsed):
            return f"the time limit of {self.max_seconds:g} s was reached"
        if self.target is not None and self._reached(epochs, self.target):
            return f"the validation {self._figure} reached {self.target:g}"
        if self.patience is not None and self._epochs_without_gain(epochs) >= self.patience:
            return f"the validation {self._figure} had not gained for {plural(self.patience, 'epoch')}"
        return None

    def late(self, elapsed: float) -> bool:
        """Whether the time is over."""
        return self.max_seconds is not None and elapsed >= self.max_seconds

    def too_large(self, loss: float) -> str | None:
        """Why training is to end after a batch of this loss; None when it is not."""
        return f"the loss of a batch, {loss:.4g}, was above {self.at_most:g}" if self.at_most is not None and loss > self.at_most else None

    @property
    def _figure(self) -> str:
        return self.watch.figure.replace("_", " ")

    def _reached(self, epochs: Sequence[Epoch], target: float) -> bool:
        values = [value for record in epochs if (value := self.watch.value(record)) is not None]
        return any(self.watch.gain(value, target) >= 0 for value in values)

    def _epochs_without_gain(self, epochs: Sequence[Epoch]) -> int:
        best, since = None, 0
        for record in epochs:
            value = self.watch.value(record)
            gained = value is not None and self.watch.gain(value, best) > self.least_gain
            best, since = (value, 0) if gained else (best, since + 1)
        return since


def _said(plan: Plan) -> tuple[float | None, EarlyStopping | None]:
    """The limit of time in seconds, and the block."""
    train = plan.train
    return (seconds(train.max_time) if train and train.max_time else None), (train.early_stopping if train else None)
