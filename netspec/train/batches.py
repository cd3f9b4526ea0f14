"""Batches of one part of the data: gathered from tensors on the device, or taken from a user's DataLoader."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from operator import itemgetter, methodcaller
from typing import Any, NamedTuple, Protocol

import torch
from torch import Tensor

from netspec.errors import DataError
from netspec.named import Named, each, each_there, every
from netspec.train.augmenting import Augmenting
from netspec.train.device import memory
from netspec.train.scaling import AnyScaling


class Batch(NamedTuple):
    """Some examples, on the training device."""

    features: Named[Tensor]
    """In the network's format; of several inputs, each by name."""

    labels: Named[Tensor]
    """Class indices or values; of several outputs, each by name."""

    mask: Named[Tensor] | None = None
    """1 for each step, position or example of the features that counts and 0 for others; of several inputs, of some by name. None: all count."""

    label_mask: Named[Tensor] | None = None
    """What each label counts, from 0; of several outputs, of some by name. None: what came through the network from `mask`."""


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

    features: Named[Tensor]
    labels: Named[Tensor]
    batch_size: int
    dtype: torch.dtype
    scaling: AnyScaling | None = None
    order: Order | None = None
    """None keeps the stored order."""

    drop_last: bool = False
    augmenting: Augmenting | None = None
    mask: Named[Tensor] | None = None
    label_mask: Named[Tensor] | None = None

    def __len__(self) -> int:
        return count_batches(self.examples, self.batch_size, drop_last=self.drop_last)

    @property
    def examples(self) -> int:
        """How many there are."""
        return len(every(self.labels)[0])

    def epoch(self, number: int, start: int = 0) -> Iterator[Batch]:
        """Features in the network's format, scaled, labels, and masks where there are any."""
        permutation = None if self.order is None else self.order(number, self.examples).to(self._device)
        for batch in range(start, len(self)):
            rows = slice(batch * self.batch_size, (batch + 1) * self.batch_size)
            taken = self._taken(itemgetter(rows) if permutation is None else methodcaller("index_select", 0, permutation[rows]))
            yield taken if self._at_once else taken._replace(features=self._ready(taken.features, number, batch))

    def _taken(self, take: Callable[[Tensor], Tensor]) -> Batch:
        return Batch(each(take, self._features), each(take, self.labels), each_there(take, self.mask), each_there(take, self.label_mask))

    @property
    def _device(self) -> torch.device:
        return every(self.features)[0].device

    @cached_property
    def _features(self) -> Named[Tensor]:
        """All features, ready where that takes little memory: a batch is then one gather and nothing else."""
        return self._scaled(self.features) if self._at_once else self.features

    @cached_property
    def _at_once(self) -> bool:
        size = sum(values.numel() for values in every(self.features))
        return self.augmenting is None and size * self.dtype.itemsize <= min(READY_BYTES, memory(self._device) // 8)

    def _ready(self, features: Named[Tensor], epoch: int, batch: int) -> Named[Tensor]:
        if self.augmenting and isinstance(features, Tensor):
            features = self.augmenting(features, epoch, batch)
        return self._scaled(features)

    def _scaled(self, features: Named[Tensor]) -> Named[Tensor]:
        return self.scaling(features, self.dtype) if self.scaling else each(lambda values: values.to(self.dtype), features)


@dataclass(frozen=True)
class Streamed:
    """A user's DataLoader of features, labels and, where there are any, mask and label mask; its order and batch size are its own."""

    loader: Any
    device: torch.device
    dtype: torch.dtype
    scaling: AnyScaling | None = None
    augmenting: Augmenting | None = None
    checked: Callable[..., tuple[Any, ...]] = field(default=lambda *parts: parts, kw_only=True)
    """The parts of a batch as tensors, or DataError where they do not fit the network."""

    def __len__(self) -> int:
        return len(self.loader)

    def epoch(self, number: int, start: int = 0) -> Iterator[Batch]:
        """The loader's batches, moved to the device."""
        for batch, parts in enumerate(islice(self.loader, start, None), start):
            if not isinstance(parts, Sequence) or len(parts) < 2:
                raise DataError("a batch of the loader must be features and labels", help="batches of (features, labels, mask, label_mask)")
            features, labels, *masks = self.checked(*parts)
            there = each(lambda values: values.to(self.device), features)
            there = self.augmenting(there, number, batch) if self.augmenting and isinstance(there, Tensor) else there
            ready = self.scaling(there, self.dtype) if self.scaling else each(lambda values: values.to(self.dtype), there)
            yield Batch(ready, each(self._labels, labels), *(each_there(self._mask, mask) for mask in masks))

    def _mask(self, mask: Tensor) -> Tensor:
        return mask.to(self.device, self.dtype)

    def _labels(self, labels: Tensor) -> Tensor:
        moved = labels.to(self.device)
        return moved.to(self.dtype) if moved.is_floating_point() else moved.long()
