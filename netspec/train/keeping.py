"""Checkpoints while training: after each epoch, every so many steps or minutes, and when a stop is asked for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any

from netspec.train.progress import Progress
from netspec.train.saving import write_checkpoint
from netspec.train.signals import Interrupted, StopRequest
from netspec.train.state import capture
from netspec.train.trainer import Trainer
from netspec.training import Checkpoints, Training


@dataclass
class CheckpointKeeper:
    """Writes checkpoints into a run's folder."""

    folder: Path
    """The run folder."""

    about: Mapping[str, Any]
    request: StopRequest
    every_steps: int | None = None
    every_seconds: float | None = None
    keep: int = 2
    """How many of the newest are kept; the one that ended the best epoch is kept besides."""

    command: str = ""
    """What to type to go on after an interruption."""

    written: float = field(default_factory=monotonic)
    step: int = 0
    """The last step that was kept."""

    @classmethod
    def of(cls, train: Training | None, folder: Path, about: Mapping[str, Any], request: StopRequest, command: str = "") -> "CheckpointKeeper":
        """As a spec says."""
        said = train.checkpoint if train and train.checkpoint else Checkpoints()
        minutes = said.every_minutes
        return cls(folder, about, request, said.every_steps, minutes * 60 if minutes else None, said.keep, command)

    def after_batch(self, trainer: Trainer, progress: Progress) -> None:
        """Keep the state if it is time to, or if a stop is asked for. Raises: Interrupted."""
        if self.request.number is not None:
            self._write(trainer, progress)
            raise self._interrupted(self.request.number, f"{trainer.place}, after batch {progress.losses.count}")
        if self._due(trainer):
            self._write(trainer, progress)

    def poll(self) -> None:
        """Stop where there is nothing new to keep. Raises: Interrupted."""
        if self.request.number is not None:
            raise self._interrupted(self.request.number, "after training")

    def after_epoch(self, trainer: Trainer, progress: Progress) -> None:
        """Keep the state. Raises: Interrupted."""
        self._write(trainer, progress)
        if self.request.number is not None:
            raise self._interrupted(self.request.number, f"after epoch {trainer.epoch}" + (f" of pre-training {trainer.layer}" if trainer.layer else ""))

    def _due(self, trainer: Trainer) -> bool:
        if trainer.iteration == self.step:  # in validation nothing moves
            return False
        by_steps = self.every_steps is not None and trainer.iteration // self.every_steps > self.step // self.every_steps
        return by_steps or (self.every_seconds is not None and monotonic() - self.written >= self.every_seconds)

    def _write(self, trainer: Trainer, progress: Progress) -> None:
        captured = capture(trainer, progress, self.about)
        best = None if progress.best.epoch is None else progress.pretrained.epochs + progress.best.epoch
        write_checkpoint(self.folder / "checkpoints", captured, keep=self.keep, best=best)
        self.written, self.step = monotonic(), trainer.iteration

    def _interrupted(self, number: int, where: str) -> Interrupted:
        return Interrupted(number, where, help=self.command or None)
