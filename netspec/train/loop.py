"""The loop: epochs over batches, one step each, nothing per step that could be avoided.

Losses stay on the device and are looked at every `LOOK_EVERY` batches: that is when progress is told and when a
non-finite loss stops the training, naming the batch it came from.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from time import perf_counter
from typing import Protocol

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from netspec.construct import Schedules, Scorer
from netspec.errors import Diverged
from netspec.metrics.classification import Classification
from netspec.network import Network
from netspec.optim.update_pass import penalty
from netspec.seeds import stream
from netspec.train.batches import Batches
from netspec.train.evaluate import evaluate
from netspec.train.history import Epoch, History

LOOK_EVERY = 50


class Watcher(Protocol):
    """Someone who is told how training goes."""

    def begin(self, epochs: int, batches: int) -> None:
        """Training starts."""
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


@dataclass
class Trainer:
    """Everything one step needs, and how many were done."""

    network: Network
    optimizer: Optimizer
    schedules: Schedules
    scorer: Scorer
    iteration: int = 0
    epoch: int = 0

    def step(self, features: Tensor, labels: Tensor) -> Tensor:
        """One update; the data loss before it, on the device."""
        self.schedules.set(self.iteration, self.epoch)
        self.optimizer.zero_grad(set_to_none=True)
        loss = self.scorer(self.network(features), labels)
        loss.backward()  # type: ignore[no-untyped-call]  # torch does not annotate it
        self.optimizer.step()
        self.iteration += 1
        return loss.detach()

    @property
    def learning_rate(self) -> float | None:
        """The first group's rate."""
        rate = self.optimizer.param_groups[0].get("lr")
        return None if rate is None else float(rate)

    def penalty(self) -> float:
        """What regularisation adds to the score now."""
        return float(penalty(self.optimizer.param_groups))


@dataclass(frozen=True)
class Validation:
    """Examples that are scored after each epoch, and whether their best epoch's weights are kept."""

    batches: Batches
    class_names: tuple[str, ...]
    keep_best: bool = True


def fit(trainer: Trainer, batches: Batches, *, epochs: int, seed: int, validation: Validation | None = None, watcher: Watcher | None = None) -> History:
    """Train for `epochs` more epochs.

    Raises: Diverged when the loss becomes NaN or infinite.
    """
    watcher = watcher or Silent()
    history, best = History(), _Best()
    watcher.begin(epochs, len(batches))
    try:
        with _noise_stream():
            for _ in range(epochs):
                torch.manual_seed(stream(seed, "dropout", trainer.epoch))
                record = _epoch(trainer, batches, validation, watcher)
                history.epochs.append(record)
                if validation and validation.keep_best:
                    best.offer(trainer.network, record)
                watcher.epoch(record)
    finally:
        watcher.end()
    history.best = best.restore(trainer.network)
    return history


@contextmanager
def _noise_stream() -> Iterator[None]:
    """Dropout draws from torch's global generator: lend it a stream of its own, and give back what was there."""
    devices = range(torch.cuda.device_count()) if torch.cuda.is_available() else ()
    with torch.random.fork_rng(devices=devices):
        yield


def _epoch(trainer: Trainer, batches: Batches, validation: Validation | None, watcher: Watcher) -> Epoch:
    trainer.network.train()
    number, start = trainer.epoch + 1, perf_counter()
    losses = _Losses(len(batches), trainer)
    examples = 0
    for features, labels in batches.epoch(trainer.epoch):
        losses.add(trainer.step(features, labels), len(features))
        examples += len(features)
        if losses.count % LOOK_EVERY == 0:
            watcher.batches(number, losses.count, losses.look())
    loss = losses.look()
    seconds = perf_counter() - start
    scored = evaluate(trainer.network, trainer.scorer, validation.batches, validation.class_names) if validation else None
    accuracy = scored.counted.accuracy if scored and isinstance(scored.counted, Classification) else None
    rate = trainer.learning_rate
    trainer.epoch += 1
    return Epoch(number, loss, loss + trainer.penalty(), seconds, examples, rate, scored.loss if scored else None, accuracy)


class _Losses:
    """Losses of an epoch's batches, on the device."""

    def __init__(self, batches: int, trainer: Trainer) -> None:
        self.trainer = trainer
        self.values: list[Tensor] = []
        self.weights: list[int] = []
        self.total, self.examples, self.count = 0.0, 0, 0

    def add(self, loss: Tensor, examples: int) -> None:
        """One more batch."""
        self.values.append(loss)
        self.weights.append(examples)
        self.count += 1

    def look(self) -> float:
        """The mean loss over the examples so far. Raises: Diverged at the first loss that is not finite."""
        if self.values:
            values = torch.stack(self.values).double().cpu()
            weights = torch.tensor(self.weights, dtype=torch.double)
            if not bool(torch.isfinite(values).all()):
                self._diverged(values)
            self.total += float(values @ weights)
            self.examples += sum(self.weights)
            self.values, self.weights = [], []
        return self.total / max(self.examples, 1)

    def _diverged(self, values: Tensor) -> None:
        first = int(torch.isfinite(values).logical_not().nonzero()[0])
        batch, epoch = self.count - len(values) + first + 1, self.trainer.epoch + 1
        finite = batch - 1
        last = f"the last finite loss was {float(values[first - 1]):.4g} in batch {finite}" if first else f"the last finite loss was in batch {finite}"
        last = last if finite else "it was the first batch of the epoch"
        rate = f" at learning_rate {self.trainer.learning_rate:g}" if self.trainer.learning_rate else ""
        kind = "NaN" if bool(torch.isnan(values[first])) else "infinite"
        raise Diverged(f"the loss became {kind} in epoch {epoch}, batch {batch}{rate}; {last}", help="use a smaller learning_rate, or look for NaN in the data")


class _Best:
    """The weights of the epoch with the smallest validation loss."""

    def __init__(self) -> None:
        self.loss = float("inf")
        self.epoch: int | None = None
        self.weights: dict[str, Tensor] = {}

    def offer(self, network: nn.Module, record: Epoch) -> None:
        """Keep this epoch's weights if none were better; NaN never is."""
        if record.validation_loss is not None and record.validation_loss < self.loss:
            self.loss, self.epoch = record.validation_loss, record.epoch
            self.weights = deepcopy(network.state_dict())

    def restore(self, network: nn.Module) -> int | None:
        """Put the kept weights back; the epoch they are of."""
        if self.epoch is not None:
            network.load_state_dict(self.weights)
        return self.epoch
