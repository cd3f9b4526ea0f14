"""Batches of one part of the data: gathered from tensors on the device, or taken from a user's DataLoader."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Any, Protocol

import torch
from torch import Tensor

from netspec.train.augmenting import Augmenting
from netspec.train.data import Scaling
from netspec.train.device import memory

Batch = tuple[Tensor, Tensor]
Order = Callable[[int, int], Tensor]
"""The order of the examples, by epoch and their number."""

READY_BYTES = 2**30
"""Up to so many (and an eighth of the memory), features are scaled once and kept beside the bytes they came as; beyond, batch by batch."""


class Batches(Protocol):
    """A source of batches, the same for the same epoch."""

    def __len__(self) -> int:
        """Batches in an epoch."""
        ...

    def epoch(self, number: int, start: int = 0) -> Iterator[Batch]:
        """Features and labels, batch by batch from `start` on, on the training device."""
        ...


def count_batches(examples: int, batch_size: int, *, drop_last: bool) -> int:
    """Batches in an epoch."""
    whole, rest = divmod(examples, batch_size)
    return whole + (rest > 0 and not drop_last)


@dataclass(frozen=True)
class Resident:
    """A whole part as tensors on the device; a batch is one gather."""

    features: Tensor
    labels: Tensor
    batch_size: int
    dtype: torch.dtype
    scaling: Scaling | None = None
    order: Order | None = None
    """None keeps the stored order."""

    drop_last: bool = False
    augmenting: Augmenting | None = None

    def __len__(self) -> int:
        return count_batches(len(self.labels), self.batch_size, drop_last=self.drop_last)

    @property
    def examples(self) -> int:
        """How many there are."""
        return len(self.labels)

    def epoch(self, number: int, start: int = 0) -> Iterator[Batch]:
        """Features in the network's format, scaled, and labels."""
        features, labels = self._features, self.labels
        permutation = None if self.order is None else self.order(number, len(labels)).to(features.device)
        for batch in range(start, len(self)):
            rows = slice(batch * self.batch_size, (batch + 1) * self.batch_size)
            if permutation is None:
                yield self._ready(features[rows], number, batch), labels[rows]
            else:
                chosen = permutation[rows]
                yield self._ready(features.index_select(0, chosen), number, batch), labels.index_select(0, chosen)

    @cached_property
    def _features(self) -> Tensor:
        """All features, ready where that takes little memory: a batch is then one gather and nothing else."""
        return self._scaled(self.features) if self._at_once else self.features

    @cached_property
    def _at_once(self) -> bool:
        return self.augmenting is None and self.features.numel() * self.dtype.itemsize <= min(READY_BYTES, memory(self.features.device) // 8)

    def _ready(self, features: Tensor, epoch: int, batch: int) -> Tensor:
        if self.augmenting:
            features = self.augmenting(features, epoch, batch)
        return features if self._at_once else self._scaled(features)

    def _scaled(self, features: Tensor) -> Tensor:
        return self.scaling(features, self.dtype) if self.scaling else features.to(self.dtype)


@dataclass(frozen=True)
class Streamed:
    """A user's DataLoader; its order and batch size are its own."""

    loader: Any
    device: torch.device
    dtype: torch.dtype
    scaling: Scaling | None = None
    augmenting: Augmenting | None = None

    def __len__(self) -> int:
        return len(self.loader)

    def epoch(self, number: int, start: int = 0) -> Iterator[Batch]:
        """The loader's batches, moved to the device."""
        for batch, (features, labels) in enumerate(islice(self.loader, start, None), start):
            moved = labels.to(self.device)
            there = features.to(self.device)
            there = self.augmenting(there, number, batch) if self.augmenting else there
            yield self.scaling(there, self.dtype) if self.scaling else there.to(self.dtype), moved.to(self.dtype) if moved.is_floating_point() else moved.long()
