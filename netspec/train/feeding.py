"""Examples on their way to the network: batches of a data set's part, of arrays from Python, or a single one."""

from dataclasses import dataclass
from functools import partial
from typing import Any

import torch
from torch import Tensor
from torch.utils.data import DataLoader, IterableDataset

from netspec.construct import DTYPES
from netspec.errors import DataError
from netspec.generators import Chance
from netspec.named import each, each_there
from netspec.plan import Plan
from netspec.train import arrays, masks
from netspec.train.batches import Batch, Batches, Resident, Streamed
from netspec.train.data import Part, Prepared
from netspec.train.indices import check_indices
from netspec.train.manner import Manner, manner_of_training
from netspec.train.scaling import AnyScaling
from netspec.train.streaming import Streaming
from netspec.words import plural


@dataclass(frozen=True)
class Feeding:
    """For one network, on one device."""

    plan: Plan
    device: torch.device
    chance: Chance

    @property
    def dtype(self) -> torch.dtype:
        """The network's number format."""
        return DTYPES[self.plan.data_type]

    def there(self, tensor: Any) -> Tensor:
        """A tensor on the device, from whatever array."""
        return torch.as_tensor(tensor, device=self.device)

    def part(self, prepared: Prepared, part: Part, size: int, *, training: bool = False) -> Resident | Streaming:
        """A part of the spec's own data. Raises: UsageError."""
        manner, scaling = self._manner(training=training), prepared.pending.to(self.device, self.dtype) if prepared.pending else None
        if not prepared.resident:
            looked_at = partial(check_indices, self.plan)
            return Streaming(part, size, self.dtype, self.device, scaling, *manner, prepared.workers, looked_at=looked_at)
        both = (each_there(self.there, mask) for mask in (part.mask, part.label_mask))
        return Resident(each(self.there, part.features), each(self.there, part.labels), size, self.dtype, scaling, *manner, *both)

    def given(self, given: tuple[Any, ...], size: int, scaling: AnyScaling | None, *, training: bool = False) -> Batches:
        """A DataLoader's own batches, or those of a Dataset, or of features, labels and, where there are any, both masks. Raises: DataError, UsageError."""
        check_batch(given, least=1)
        manner = self._manner(training=training)
        if isinstance(given[0], DataLoader):
            if any(part is not None for part in given[1:]):
                raise DataError("labels and masks must come from the loader, beside the features", help="batches of (features, labels, mask, label_mask)")
            if isinstance(given[0].dataset, IterableDataset) and not hasattr(given[0].dataset, "__len__"):
                raise DataError("a loader must know how many batches it has, got one whose dataset has no __len__")
            return Streamed(given[0], self.device, self.dtype, scaling, manner.augmenting, checked=self._checked)
        features, labels, *both = masks.examples(self.plan, *given)
        check_indices(self.plan, features, both[0])
        moved = (masks.moved(mask, self.device, self.dtype) for mask in both)
        return Resident(each(self.there, features), each(self._moved, labels), size, self.dtype, scaling, *manner, *moved)

    def batch(self, given: tuple[Any, ...], scaling: AnyScaling | None) -> Batch:
        """Features in the network's format, labels and masks, checked, on the device. Raises: DataError."""
        check_batch(given, least=2)
        features, labels = arrays.features(self.plan, given[0]), arrays.labels(self.plan, given[1])
        both = masks.of_batch(self.plan, features, labels, *given[2:])
        check_indices(self.plan, features, both[0])
        there = each(self.there, features)
        ready = scaling(there, self.dtype) if scaling else each(lambda values: values.to(self.dtype), there)
        return Batch(ready, each(self._moved, labels), *(masks.moved(mask, self.device, self.dtype) for mask in both))

    def _checked(self, features: Any, labels: Any, *both: Any) -> tuple[Any, ...]:
        """A batch of a loader as arrays are, as far as it lies in the host's memory. Raises: DataError."""
        rows = arrays.features(self.plan, features)
        check_indices(self.plan, rows, both[0] if both else None)
        return (rows, arrays.labels(self.plan, labels, waits=False) if self.plan.scored else labels, *both)

    def _manner(self, *, training: bool) -> Manner:
        return manner_of_training(self.plan, self.chance) if training else Manner()

    def _moved(self, tensor: Tensor) -> Tensor:
        """On the device; real numbers in the network's format."""
        return tensor.to(self.device, self.dtype) if tensor.is_floating_point() else tensor.to(self.device)


def check_batch(given: object, least: int) -> None:
    """A tuple of what belongs together. Raises: DataError."""
    if not isinstance(given, tuple | list) or not least <= len(given) <= 4:
        got = plural(len(given), "part") if isinstance(given, tuple | list) else f"a {type(given).__name__}"
        raise DataError(f"a batch must be a tuple (features, labels), with masks (features, labels, mask, label_mask), got {got}")
