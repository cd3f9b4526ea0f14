"""Scaling of features: what `normalize` learned from the training examples, as it is applied to batches."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import torch
from torch import Tensor

from netspec.datasets import DataSet
from netspec.named import Named
from netspec.rows import Rows
from netspec.transforms import Normalization

Range = tuple[float, float] | None


class AnyScaling(Protocol):
    """How features are scaled, of one input or of several by name."""

    def __call__(self, features: Any, dtype: torch.dtype) -> Any:
        """A batch scaled, in the network's number format."""
        ...

    def to(self, device: torch.device, dtype: torch.dtype) -> "AnyScaling":
        """The same scaling on another device."""
        ...


@dataclass(frozen=True)
class Scaling:
    """x·factor + offset, against one example."""

    factor: Tensor
    offset: Tensor

    def __call__(self, features: Tensor, dtype: torch.dtype) -> Tensor:
        """The batch scaled, in the network's number format. Shape: N×… → the same."""
        return features.to(dtype, copy=True).mul_(self.factor).add_(self.offset)  # two passes, each vectorised; addcmul's is not

    def to(self, device: torch.device, dtype: torch.dtype) -> "Scaling":
        """The same scaling on another device."""
        return Scaling(self.factor.to(device, dtype), self.offset.to(device, dtype))


@dataclass(frozen=True)
class Scalings:
    """Each input's own; one without any is only brought into the network's format."""

    by_name: Mapping[str, Scaling]

    def __call__(self, features: Mapping[str, Tensor], dtype: torch.dtype) -> dict[str, Tensor]:
        """The batch scaled, in the network's number format."""
        return {name: self.by_name[name](rows, dtype) if name in self.by_name else rows.to(dtype) for name, rows in features.items()}

    def to(self, device: torch.device, dtype: torch.dtype) -> "Scalings":
        """The same scalings on another device."""
        return Scalings({name: scaling.to(device, dtype) for name, scaling in self.by_name.items()})


def learned(asked: DataSet, train: Named[Rows], value_range: Named[Range]) -> Scaling | Scalings | None:
    """What `normalize` says, learned from the training examples; of several inputs each has its own."""
    transform = asked.normalize or (Normalization.parse(asked.normalized_by) if asked.normalized_by else None)
    if transform is None:
        return None
    if not isinstance(train, Mapping):
        return _fitted(transform, train, None if isinstance(value_range, Mapping) else value_range)
    ranges = value_range if isinstance(value_range, Mapping) else dict.fromkeys(train, value_range)
    return Scalings({name: _fitted(transform, rows, ranges.get(name)) for name, rows in train.items()})


def _fitted(transform: Normalization, train: Rows, value_range: Range) -> Scaling:
    affine = transform.fit(train, value_range)
    return Scaling(torch.as_tensor(affine.factor), torch.as_tensor(affine.offset))
