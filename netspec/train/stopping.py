"""When training ends before its epochs are over."""

from dataclasses import dataclass, field
from time import monotonic

from netspec.train.history import History


@dataclass
class Stopping:
    """Early stopping by the validation loss, and a limit of time."""

    patience: int | None = None
    """Epochs without a gain after which training ends; None: never."""

    least_gain: float = 0.0
    """How much smaller the validation loss must be to count as a gain."""

    max_seconds: float | None = None
    """Time after which no new epoch begins; None: no limit."""

    begun: float = field(default_factory=monotonic)

    def met(self, history: History) -> bool:
        """Whether training is to end now."""
        late = self.max_seconds is not None and monotonic() - self.begun >= self.max_seconds
        return late or self._stale(history)

    def _stale(self, history: History) -> bool:
        if self.patience is None:
            return False
        best, since = float("inf"), 0
        for record in history.epochs:
            gained = record.validation_loss is not None and record.validation_loss < best - self.least_gain
            best, since = (record.validation_loss or 0.0, 0) if gained else (best, since + 1)
        return since >= self.patience
