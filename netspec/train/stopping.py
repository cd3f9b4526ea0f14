"""When training ends before its epochs are over."""

from dataclasses import dataclass

from netspec.train.history import History
from netspec.training import Training, seconds
from netspec.words import plural


@dataclass(frozen=True)
class Stopping:
    """Early stopping by the validation loss, and a limit of time."""

    patience: int | None = None
    """Epochs without a gain after which training ends; None: never."""

    least_gain: float = 0.0
    """How much smaller the validation loss must be to count as a gain."""

    max_seconds: float | None = None
    """Time after which training ends; None: no limit."""

    @classmethod
    def of(cls, train: Training | None) -> "Stopping":
        """What a spec says of it."""
        if train is None:
            return cls()
        early, limit = train.early_stopping, seconds(train.max_time) if train.max_time else None
        return cls(early.patience, early.least_gain, limit) if early else cls(max_seconds=limit)

    def reason(self, history: History, elapsed: float) -> str | None:
        """Why training is to end now, `elapsed` seconds after it began; None when it is not."""
        if self.late(elapsed):
            return f"the time limit of {self.max_seconds:g} s was reached"
        if self.patience is not None and self._epochs_without_gain(history) >= self.patience:
            return f"the validation loss had not gained for {plural(self.patience, 'epoch')}"
        return None

    def late(self, elapsed: float) -> bool:
        """Whether the time is over."""
        return self.max_seconds is not None and elapsed >= self.max_seconds

    def _epochs_without_gain(self, history: History) -> int:
        best, since = float("inf"), 0
        for record in history.epochs:
            gained = record.validation_loss is not None and record.validation_loss < best - self.least_gain
            best, since = (record.validation_loss or 0.0, 0) if gained else (best, since + 1)
        return since
