"""What training leaves behind, in numbers: one record an epoch."""

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class Epoch:
    """One pass over the training examples."""

    epoch: int
    """Counted from 1."""

    loss: float
    """Mean training loss over the epoch's batches, without regularisation, while the weights were changing."""

    score: float
    """The loss plus what regularisation adds to it, at the end of the epoch."""

    seconds: float
    examples: int
    learning_rate: float | None
    """Of the first parameter group, at the epoch's last step."""

    validation_loss: float | None = None
    validation_accuracy: float | None = None
    """Where there is one output, of classes."""

    validation_figures: dict[str, float | None] | None = None
    """Every figure of the validation examples by its name, of several outputs as `output.figure`; None where it is not defined."""

    fingerprint: str = ""
    """Hash over weights, optimizer and position, chained to the epoch before."""

    layer: str | None = None
    """The layer that was pre-trained; None where the whole network was trained."""

    def as_dict(self) -> dict[str, Any]:
        """Plain values, without those that are not there."""
        return {name: value for name, value in asdict(self).items() if value is not None}


@dataclass
class History:
    """All epochs of a training, oldest first."""

    epochs: list[Epoch] = field(default_factory=list)
    pretraining: list[Epoch] = field(default_factory=list)
    """The epochs of each layer's pre-training, before all others."""

    best: int | None = None
    """Epoch whose weights were kept, where a validation part decided."""

    ended: str | None = None
    """Why training ended before its epochs were over; None when it did not."""

    @property
    def records(self) -> list[Epoch]:
        """Everything, oldest first."""
        return [*self.pretraining, *self.epochs]

    def of(self, layer: str) -> list[Epoch]:
        """The epochs of one layer's pre-training; those of the whole network where no layer is named."""
        return [record for record in self.pretraining if record.layer == layer] if layer else self.epochs

    def add(self, record: Epoch) -> None:
        """One more epoch."""
        (self.pretraining if record.layer else self.epochs).append(record)
