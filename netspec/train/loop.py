"""The loop: epochs over batches, one step each, nothing per step that could be avoided.

Losses stay on the device and are looked at every `LOOK_EVERY` batches: that is when progress is told and when a
non-finite loss stops the training, naming the batch it came from. A Progress that was restored from a checkpoint
goes on in the middle of its epoch.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from math import ceil

import torch

from netspec.evaluation import plain
from netspec.train.batches import Batch, Batches
from netspec.train.evaluate import Measures, Scored, evaluate
from netspec.train.fingerprint import fingerprint
from netspec.train.finite import check_record, check_weights
from netspec.train.history import Epoch, History
from netspec.train.neighbours import minding_neighbours
from netspec.train.progress import Losses, Progress
from netspec.train.state import random_state, set_random_state
from netspec.train.stopping import Stopping
from netspec.train.trainer import Trainer, examples_in
from netspec.train.watcher import Careless, Keeper, Silent, Watcher

LOOK_EVERY = 50


@dataclass
class Validation:
    """Examples that are scored after each epoch, and whether their best epoch's weights are kept."""

    batches: Batches
    measures: Measures
    keep_best: bool = True
    every: int = 1
    """Epochs from one look to the next."""

    def look(self, trainer: Trainer, poll: Callable[[], None]) -> Scored:
        """What comes of it now; `poll` is called after each batch and may raise."""
        with trainer.showing_average():
            return evaluate(trainer.network, trainer.scorer, self.batches, self.measures, poll)


@dataclass
class Fit:
    """One training: who does it, on what, for how long, and who looks on."""

    trainer: Trainer
    batches: Batches
    seed: int
    epochs: int
    """Epochs in all, those done before included."""

    validation: Validation | None = None
    stopping: Stopping = field(default_factory=Stopping)
    watcher: Watcher = field(default_factory=Silent)
    keeper: Keeper = field(default_factory=Careless)
    progress: Progress = field(default_factory=Progress)
    accumulate: int = 1
    """Batches for one update."""

    def run(self) -> History:
        """Train.

        Raises: Diverged when the loss becomes NaN or infinite; Interrupted when the keeper stops it.
        """
        self.watcher.begin(self.epochs, len(self.batches))
        self.progress.clock.start()
        try:
            with _noise_stream(), minding_neighbours():
                self._epochs()
        finally:
            self.progress.clock.stop()
            self.watcher.end()
        self.trainer.show_average()
        if self.validation and self.validation.keep_best:
            self.progress.best.restore(self.trainer.network)
            self.progress.history.best = self.progress.best.epoch
        return self.progress.history

    def _epochs(self) -> None:
        history = self.progress.history
        while self.trainer.epoch < self.epochs:
            history.ended = self.stopping.reason(history.of(self.trainer.layer), self.progress.clock.elapsed)
            if history.ended:
                return
            try:
                self._epoch()
            except _TimeIsUp:
                self.progress.random = random_state(self.trainer)
            except _TooLargeError as error:
                self.progress.random, history.ended = random_state(self.trainer), str(error)
                return

    def _epoch(self) -> None:
        trainer, progress = self.trainer, self.progress
        if progress.random is not None:
            set_random_state(trainer, progress.random)
        if progress.random is None or not progress.losses.count:
            torch.manual_seed(trainer.noise_seed(self.seed))
        progress.random = None
        progress.losses.clock.start()
        self._train()
        loss, seconds = progress.losses.look(trainer), progress.losses.clock.elapsed
        check_weights(trainer, progress.losses.count)
        scored = self._validate()
        record = Epoch(
            epoch=trainer.epoch + 1,
            loss=loss,
            score=trainer.score(loss, progress.losses.examples / max(ceil(progress.losses.count / self.accumulate), 1)),
            seconds=seconds,
            examples=progress.losses.examples,
            learning_rate=trainer.learning_rate,
            validation_loss=scored.loss if scored else None,
            validation_accuracy=scored.figures.get("accuracy") if scored else None,
            validation_figures={name: plain(value) for name, value in scored.figures.items()} if scored else None,
            fingerprint=fingerprint(trainer, self.seed, progress.history),
            layer=trainer.layer or None,
        )
        self._close(record)

    def _train(self) -> None:
        trainer, losses = self.trainer, self.progress.losses
        trainer.ready()
        for _ in self._steps(self.batches.epoch(trainer.epoch, losses.count)):
            self._check_loss()
            if len(losses.waiting) >= LOOK_EVERY:
                self.watcher.batches(trainer.epoch + 1, losses.count, losses.look(trainer))
                if self.stopping.late(self.progress.clock.elapsed):
                    raise _TimeIsUp
            self.keeper.after_batch(trainer, self.progress)

    def _check_loss(self) -> None:
        """End where a batch's loss is too large; only whoever asks for it waits for each."""
        if self.stopping.at_most is not None:
            for loss, _ in self.progress.losses.waiting:
                if said := self.stopping.too_large(float(loss)):
                    raise _TooLargeError(said)

    def _steps(self, batches: Iterator[Batch]) -> Iterator[None]:
        """One update for each batch, or for each few where gradients are accumulated."""
        trainer, losses = self.trainer, self.progress.losses
        if self.accumulate == 1:
            for batch in batches:
                losses.add(trainer.step(*batch), examples_in(batch.labels))
                yield
        while group := list(islice(batches, self.accumulate)):
            for loss, batch in zip(trainer.step_over(group), group, strict=True):
                losses.add(loss, examples_in(batch.labels))
            yield

    def _validate(self) -> Scored | None:
        if self.validation is None or (self.trainer.epoch + 1) % self.validation.every:
            return None
        return self.validation.look(self.trainer, lambda: self.keeper.after_batch(self.trainer, self.progress))

    def _close(self, record: Epoch) -> None:
        """Put an epoch into the history; only now is it done."""
        check_record(record)
        self.progress.history.add(record)
        if self.validation and self.validation.keep_best:
            with self.trainer.showing_average():
                self.progress.best.offer(self.trainer.network, record, self.stopping.watch)
        self.trainer.epoch += 1
        self.progress.losses = Losses()
        self.watcher.epoch(record)
        self.keeper.after_epoch(self.trainer, self.progress)


class _TimeIsUp(Exception):
    """The time limit was reached in the middle of an epoch."""


class _TooLargeError(Exception):
    """The loss of a batch was above what the spec allows."""


@contextmanager
def _noise_stream() -> Iterator[None]:
    """Dropout draws from torch's global generators: lend them a stream of their own, and give back what was there."""
    devices = range(torch.cuda.device_count()) if torch.cuda.is_available() else ()
    with torch.random.fork_rng(devices=devices):
        yield
