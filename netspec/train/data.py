"""Reading a data set for a plan: stand-in where it cannot be had, split, resized, scaled, checked against the network."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from netspec.construct import DTYPES
from netspec.datasets import DataSet, Examples, Loaded, Places, Split, Unavailable
from netspec.errors import DataError
from netspec.layers import ScoredLayer
from netspec.plan import Plan
from netspec.rows import Rows, held, in_bytes
from netspec.shapes import Convolutional, features
from netspec.train.augmenting import check_type
from netspec.train.device import memory
from netspec.train.digest import digest_of
from netspec.train.resized import Resized
from netspec.train.splitting import split
from netspec.transforms import Normalization

TYPES = {name: getattr(torch, name) for name in ("uint8", "int64", "float16", "float32", "float64")}
"""Types of features as NumPy calls them."""


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
class Part:
    """Examples of one part, in the dtype they are stored in."""

    features: Tensor | Rows
    """A tensor, or rows that are read batch by batch."""

    labels: Tensor
    mask: Tensor | None = None
    """1 for each step that is there and 0 for padding, N×T; None where all are there."""

    label_mask: Tensor | None = None
    """1 for each step that has a label, N×T; None where labels are not by step, or all are there."""

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def features_type(self) -> torch.dtype:
        """Type of the features as they come."""
        return self.features.dtype if isinstance(self.features, Tensor) else TYPES[self.features.dtype.name]


@dataclass(frozen=True)
class Prepared:
    """A data set ready for training."""

    train: Part
    validation: Part | None
    test: Part
    scaling: Scaling | None
    """What `normalize` learned from the training examples."""

    class_names: tuple[str, ...]
    name: str
    """Tag of the set that was read."""

    instead_of: str | None
    """Tag of the set that was asked for, where a stand-in was read."""

    why: str
    """Why the set that was asked for could not be had."""

    vocabulary: tuple[str, ...]
    """The tokens of texts, by index."""

    digest: str
    """SHA-256 over all examples as read, in hexadecimal."""

    workers: int = 0
    """Processes that read ahead where the examples stream."""

    augmented: bool = False
    """Whether training images are changed as they are stored, before they are scaled."""

    @property
    def resident(self) -> bool:
        """Whether all examples are in memory."""
        return isinstance(self.train.features, Tensor)

    @property
    def pending(self) -> Scaling | None:
        """The scaling, where it is still to be done batch by batch: bytes are kept as bytes, and what streams or is augmented comes as it is stored."""
        return self.scaling if self.train.features_type == torch.uint8 or not self.resident or self.augmented else None


def prepare(plan: Plan, places: Places, *, stand_in: bool = True, device: torch.device | None = None) -> Prepared:
    """Read the plan's data set for training on a device, the CPU when nothing is said.

    Raises: Unavailable when it cannot be had and no stand-in may be used; DataError when it does not fit the network.
    """
    asked = plan.data
    if asked is None:
        raise DataError("the spec names no data to train on", help="add `data:`, or give fit() examples from Python")
    data, loaded, why = _read(asked, places, stand_in)
    train, validation, test = split(loaded, asked.split or Split(), plan.seed)
    _check(plan, loaded, data)
    make = _maker(plan, asked, loaded, device or torch.device("cpu"))
    scaling = _scaling(asked, _seen(make.rows(train), train.mask), loaded)
    aside = make.part(validation, scaling) if validation else None
    parts = make.part(train, scaling), aside, make.part(test, scaling)
    other = asked.type if data is not asked else None
    check_type(asked, parts[0].features_type)
    return Prepared(*parts, scaling, loaded.class_names, data.type, other, why, loaded.vocabulary, digest_of(loaded), asked.workers, bool(asked.augment))


def _read(asked: DataSet, places: Places, stand_in: bool) -> tuple[DataSet, Loaded, str]:
    try:
        return asked, asked.open(places), ""
    except Unavailable as error:
        if asked.otherwise is None or not stand_in:
            raise
        why = str(error)
    data, loaded, further = _read(asked.otherwise, places, stand_in)
    return data, loaded, further or why


def _check(plan: Plan, loaded: Loaded, data: DataSet) -> None:
    """What only the data can tell: as many classes as outputs, labels of the kind the loss takes."""
    node = plan.node(plan.outputs[0])
    if not isinstance(node.layer, ScoredLayer):
        raise DataError("the network has no layer with a loss to train", help="end it in {type: output, n_out: …, loss: …}")
    outputs, classes, loss = features(node.output), len(loaded.class_names), node.layer.loss
    fitting = (1, 2) if classes == 2 and loss.of != "classes" else (classes,)
    if classes and outputs not in fitting:
        raise DataError(f"{data.type} has {classes} classes, and {node.name} has {outputs} outputs", help=f"set its n_out to {classes}")
    if not classes and loss.of == "classes":
        raise DataError(f"the labels of {data.type} are numbers, and the loss {loss.type} of {node.name} takes classes", help="use loss: mse")
    if not classes and loss.labels_for(outputs) != loaded.train.labels.shape[-1]:
        raise DataError(f"{data.type} has {loaded.train.labels.shape[-1]} values to predict, and {node.name} has {loss.labels_for(outputs)} outputs")


def _seen(rows: Rows, mask: np.ndarray | None) -> Rows:
    """Without what is padding: the steps of all sequences one after another."""
    return rows if mask is None else held(rows)[mask.astype(bool)]


def _scaling(asked: DataSet, train: Rows, loaded: Loaded) -> Scaling | None:
    transform = asked.normalize or (Normalization.parse(asked.normalized_by) if asked.normalized_by else None)
    if transform is None:
        return None
    affine = transform.fit(train, loaded.value_range)
    return Scaling(torch.as_tensor(affine.factor), torch.as_tensor(affine.offset))


def _maker(plan: Plan, asked: DataSet, loaded: Loaded, device: torch.device) -> "_Maker":
    shape = next(iter(plan.inputs.values()))
    size = (shape.height, shape.width) if isinstance(shape, Convolutional) else None
    needed = sum(in_bytes(part.features) for part in (loaded.train, loaded.test) if part)
    by_workers = any(not augmentation.batched for augmentation in asked.augment or ())
    resident = 2 * needed <= memory(device) and not by_workers if asked.resident == "auto" else asked.resident
    return _Maker(size, DTYPES[plan.data_type], resident, scales=not asked.augment)


@dataclass(frozen=True)
class _Maker:
    """Makes parts of examples, all alike."""

    size: tuple[int, int] | None
    """Height and width that images have in the plan."""

    dtype: torch.dtype
    resident: bool
    scales: bool
    """Whether features may be scaled at once."""

    def rows(self, examples: Examples) -> Rows:
        """Features in the plan's size."""
        rows = held(examples.features) if self.resident else examples.features
        if self.size is None or rows.shape[2:] == self.size:
            return rows
        return held(Resized(rows, self.size)) if self.resident else Resized(rows, self.size)

    def part(self, examples: Examples, scaling: Scaling | None) -> Part:
        """Bytes stay bytes and are scaled batch by batch; other features are scaled here, once, where they do not stream."""
        labels = torch.from_numpy(np.ascontiguousarray(examples.labels))
        labels = labels.to(self.dtype) if labels.is_floating_point() else labels
        rows = self.rows(examples)
        masks = [None if mask is None else torch.from_numpy(np.ascontiguousarray(mask)).to(self.dtype) for mask in (examples.mask, examples.label_mask)]
        if not self.resident:
            return Part(rows, labels, *masks)
        stored = torch.from_numpy(np.ascontiguousarray(held(rows)))
        if stored.dtype != torch.uint8:
            stored = scaling.to(stored.device, self.dtype)(stored, self.dtype) if scaling and self.scales else stored.to(self.dtype)
        return Part(stored, labels, *masks)
