"""Batches of examples that do not lie in memory: read ahead by worker processes, the same as from memory.

The order is a function of seed and epoch, and each batch is asked for by its rows, so that neither the number of
workers nor where an epoch begins changes what comes.
"""

import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from operator import itemgetter
from types import FrameType
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset, Sampler

from netspec.errors import NetspecError
from netspec.named import Named, each, each_there
from netspec.rows import Rows
from netspec.train.augmenting import Augmenting
from netspec.train.batches import Batch, Order, count_batches
from netspec.train.data import Part
from netspec.train.failures import worker_killed
from netspec.train.scaling import AnyScaling
from netspec.train.signals import SIGNALS

GRACE = 20
"""Seconds that a worker stays after it was told to go, for the training to keep its state."""

Item = Batch | NetspecError


class Turn(NamedTuple):
    """A batch to be read."""

    epoch: int
    batch: int
    rows: np.ndarray


class _Reading(Dataset[Item]):
    """Reads a batch, given its rows; what is wrong with a file comes as a value, since an exception would lose its form on the way."""

    def __init__(self, part: Part, augmenting: Augmenting | None) -> None:
        self.features: Named[Rows] = part.features  # type: ignore[assignment]  # rows, where features stream
        self.labels, self.masks = each(Tensor.cpu, part.labels), [each_there(Tensor.cpu, mask) for mask in (part.mask, part.label_mask)]
        self.augmenting = augmenting

    def __getitem__(self, turn: Turn) -> Item:
        try:
            features = each(lambda rows: torch.from_numpy(rows[turn.rows]), self.features)
            if self.augmenting and isinstance(features, Tensor):
                features = self.augmenting(features, turn.epoch, turn.batch)
            chosen = itemgetter(torch.from_numpy(turn.rows))
            return Batch(features, each(chosen, self.labels), *(each_there(chosen, mask) for mask in self.masks))
        except NetspecError as error:
            return error


class _Turns(Sampler[Turn]):
    """The batches still to come in an epoch."""

    def __init__(self) -> None:
        self.turns: list[Turn] = []

    def __iter__(self) -> Iterator[Turn]:
        return iter(self.turns)

    def __len__(self) -> int:
        return len(self.turns)


@dataclass(frozen=True)
class Streaming:
    """A part whose features are read batch by batch."""

    part: Part
    batch_size: int
    dtype: torch.dtype
    device: torch.device
    scaling: AnyScaling | None = None
    order: Order | None = None
    """None keeps the stored order."""

    drop_last: bool = False
    augmenting: Augmenting | None = None
    workers: int = 0
    turns: _Turns = field(default_factory=_Turns)
    looked_at: Callable[[Named[Tensor], Named[Tensor] | None], None] = field(default=lambda *_: None, kw_only=True)
    """Raises DataError for features, as they were read, that do not fit the network."""

    def __len__(self) -> int:
        return count_batches(len(self.part), self.batch_size, drop_last=self.drop_last)

    @property
    def examples(self) -> int:
        """How many there are."""
        return len(self.part)

    def epoch(self, number: int, start: int = 0) -> Iterator[Batch]:
        """Features in the network's format, scaled, and labels, on the device. Raises: DataError, RunError."""
        rows = np.arange(len(self.part)) if self.order is None else self.order(number, len(self.part)).numpy()
        self.turns.turns = [Turn(number, at, rows[at * self.batch_size : (at + 1) * self.batch_size]) for at in range(start, len(self))]
        for item in self._items():
            if isinstance(item, NetspecError):
                raise item
            self.looked_at(item.features, item.mask)
            features, labels = each(self._moved, item.features), each(self._moved, item.labels)
            ready = self.scaling(features, self.dtype) if self.scaling else each(lambda values: values.to(self.dtype), features)
            yield Batch(ready, labels, *(each_there(self._moved, mask) for mask in (item.mask, item.label_mask)))

    def _moved(self, values: Tensor) -> Tensor:
        return values.to(self.device, non_blocking=True)

    def _items(self) -> Iterator[Item]:
        try:
            yield from self._loader
        except (RuntimeError, OSError, EOFError) as error:
            if killed := worker_killed(error):
                raise killed from error
            raise

    @cached_property
    def _loader(self) -> DataLoader[Item]:
        """A generator of its own: DataLoader would draw from torch's, and dropout with it."""
        return DataLoader(
            _Reading(self.part, self.augmenting),
            sampler=self.turns,
            batch_size=None,
            num_workers=self.workers,
            worker_init_fn=_outlive_signals,
            pin_memory=self.device.type == "cuda",
            generator=torch.Generator(),
        )


def _outlive_signals(worker: int) -> None:
    """A signal to the whole process group must not kill the workers before the training has kept its state."""
    for number in SIGNALS:
        signal.signal(number, _leave_later if number == signal.SIGTERM and hasattr(signal, "alarm") else signal.SIG_IGN)


def _leave_later(number: int, frame: FrameType | None) -> None:
    """The training ends its workers itself; one that it forgot must not keep it from ending."""
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(GRACE)
