"""Who is told how training goes, and who keeps it."""

from typing import TYPE_CHECKING, Protocol

from netspec.train.history import Epoch

if TYPE_CHECKING:
    from netspec.train.progress import Progress
    from netspec.train.trainer import Trainer


class Watcher(Protocol):
    """Someone who is told how training goes."""

    def begin(self, epochs: int, batches: int) -> None:
        """Training starts, up to so many epochs in all, of so many batches."""
        ...

    def batches(self, epoch: int, done: int, loss: float) -> None:
        """`done` batches of an epoch (from 1) are through; `loss` is their mean so far."""
        ...

    def epoch(self, record: Epoch) -> None:
        """An epoch is over."""
        ...

    def end(self) -> None:
        """Training is over or was stopped."""
        ...


class Silent:
    """A watcher that says nothing."""

    def begin(self, epochs: int, batches: int) -> None:
        """Nothing."""

    def batches(self, epoch: int, done: int, loss: float) -> None:
        """Nothing."""

    def epoch(self, record: Epoch) -> None:
        """Nothing."""

    def end(self) -> None:
        """Nothing."""


class Keeper(Protocol):
    """Someone who keeps the state of a training, and may stop it."""

    def after_batch(self, trainer: "Trainer", progress: "Progress") -> None:
        """A batch is through, in training or in validation. Raises: Interrupted when training is to stop."""
        ...

    def after_epoch(self, trainer: "Trainer", progress: "Progress") -> None:
        """An epoch is over and recorded. Raises: Interrupted when training is to stop."""
        ...


class Careless:
    """A keeper that keeps nothing."""

    def after_batch(self, trainer: "Trainer", progress: "Progress") -> None:
        """Nothing."""

    def after_epoch(self, trainer: "Trainer", progress: "Progress") -> None:
        """Nothing."""
