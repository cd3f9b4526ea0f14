"""What training knows of itself beside weights: the losses of this epoch, the best epoch, the history."""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from time import monotonic

import torch
from torch import Tensor, nn

from netspec.errors import Diverged
from netspec.train.finite import diverged
from netspec.train.history import Epoch, History
from netspec.train.stopping import Watch
from netspec.train.trainer import Trainer


@dataclass
class Clock:
    """Time spent, over all processes that a training was resumed in."""

    spent: float = 0.0
    """Seconds before it was started here."""

    started: float | None = None

    def start(self) -> None:
        """Count from now on."""
        self.started = monotonic()

    def stop(self) -> None:
        """Count no more until it is started again."""
        self.spent, self.started = self.elapsed, None

    @property
    def elapsed(self) -> float:
        """Seconds in all."""
        return self.spent + (0.0 if self.started is None else monotonic() - self.started)


@dataclass
class Losses:
    """Losses of an epoch's batches. They stay on the device until someone looks."""

    total: float = 0.0
    """Sum of loss × examples over the batches looked at, added one by one: the same however often one looks."""

    examples: int = 0
    count: int = 0
    """Batches done in this epoch."""

    waiting: list[tuple[Tensor, int]] = field(default_factory=list)
    clock: Clock = field(default_factory=Clock)

    def add(self, loss: Tensor, examples: int) -> None:
        """One more batch."""
        self.waiting.append((loss, examples))
        self.count += 1

    def look(self, trainer: Trainer) -> float:
        """The mean loss over the examples so far. Raises: Diverged at the first loss that is not finite."""
        if self.waiting:
            values = torch.stack([loss for loss, _ in self.waiting]).double().cpu()
            if not bool(torch.isfinite(values).all()):
                raise _diverged(values, self.count, trainer)
            for value, (_, examples) in zip(values.tolist(), self.waiting, strict=True):
                self.total += value * examples
                self.examples += examples
            self.waiting = []
        return self.total / max(self.examples, 1)


def _diverged(values: Tensor, count: int, trainer: Trainer) -> Diverged:
    first = int(torch.isfinite(values).logical_not().nonzero()[0])
    batch = count - len(values) + first + 1
    finite = f"the last finite loss was {float(values[first - 1]):.4g} in batch {batch - 1}" if first else f"the last finite loss was in batch {batch - 1}"
    finite = finite if batch > 1 else "it was the first batch of the epoch"
    return diverged("the loss", values[first], batch, trainer, finite)


@dataclass
class Best:
    """The weights of the epoch with the best validation figure."""

    value: float | None = None
    epoch: int | None = None
    weights: Mapping[str, Tensor] = field(default_factory=dict)

    def offer(self, network: nn.Module, record: Epoch, watch: Watch) -> None:
        """Keep this epoch's weights if none were as good; what is not defined never is."""
        value = watch.value(record)
        if value is not None and watch.gain(value, self.value) > 0:
            self.value, self.epoch = value, record.epoch
            self.weights = deepcopy(network.state_dict())

    def restore(self, network: nn.Module) -> None:
        """Put the kept weights back, where there are any."""
        if self.epoch is not None:
            network.load_state_dict(dict(self.weights))


@dataclass(frozen=True)
class Pretrained:
    """What pre-training has done, in layers that are through."""

    layers: int = 0
    epochs: int = 0
    steps: int = 0
    """Updates, over all these layers."""


@dataclass
class Progress:
    """Where a training stands."""

    history: History = field(default_factory=History)
    losses: Losses = field(default_factory=Losses)
    best: Best = field(default_factory=Best)
    random: Mapping[str, Tensor] | None = None
    """State of torch's generators to begin with, in the middle of an epoch."""

    clock: Clock = field(default_factory=Clock)
    pretrained: Pretrained = Pretrained()
