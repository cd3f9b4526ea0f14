"""Reading a data set for a plan: stand-in where it cannot be had, split, resized, scaled, checked against the network."""

from dataclasses import dataclass, replace
from hashlib import sha256

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import interpolate

from netspec.construct import DTYPES
from netspec.datasets import DataSet, Examples, Loaded, Places, Split, Unavailable
from netspec.errors import DataError
from netspec.layers import ScoredLayer
from netspec.plan import Plan
from netspec.shapes import Convolutional, Shape, count
from netspec.train.splitting import split
from netspec.transforms import Transform

RESIZE_CHUNK = 4096


@dataclass(frozen=True)
class Scaling:
    """x·factor + offset, against one example."""

    factor: Tensor
    offset: Tensor

    def __call__(self, features: Tensor, dtype: torch.dtype) -> Tensor:
        """The batch scaled, in the network's number format. Shape: N×… → the same."""
        return torch.addcmul(self.offset, features.to(dtype), self.factor)

    def to(self, device: torch.device, dtype: torch.dtype) -> "Scaling":
        """The same scaling on another device."""
        return Scaling(self.factor.to(device, dtype), self.offset.to(device, dtype))


@dataclass(frozen=True)
class Part:
    """Examples of one part, as tensors in the dtype they are stored in."""

    features: Tensor
    labels: Tensor

    def __len__(self) -> int:
        return len(self.labels)

    def to(self, device: torch.device) -> "Part":
        """The same examples on another device."""
        return Part(self.features.to(device), self.labels.to(device))


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

    digest: str
    """SHA-256 over all examples as read, in hexadecimal."""

    @property
    def pending(self) -> Scaling | None:
        """The scaling, where it is still to be done batch by batch: bytes are kept as bytes."""
        return self.scaling if self.train.features.dtype == torch.uint8 else None


def prepare(plan: Plan, places: Places, *, stand_in: bool = True) -> Prepared:
    """Read the plan's data set.

    Raises: Unavailable when it cannot be had and no stand-in may be used; DataError when it does not fit the network.
    """
    asked = plan.data
    if asked is None:
        raise DataError("the spec names no data to train on", help="add `data:`, or give fit() examples from Python")
    data, loaded, why = _read(asked, places, stand_in)
    train, validation, test = split(loaded, asked.split or Split(), plan.seed)
    shape = next(iter(plan.inputs.values()))
    parts = [_resized(part, shape) if part else None for part in (train, validation, test)]
    _check(plan, loaded, data)
    scaling = _scaling(asked, parts[0] or train, loaded)
    tensors = [_part(part, plan, scaling) if part else None for part in parts]
    if tensors[0] is None or tensors[2] is None:
        raise AssertionError("training and test examples are always there")
    other = asked.type if data is not asked else None
    return Prepared(tensors[0], tensors[1], tensors[2], scaling, loaded.class_names, data.type, other, why, _digest(loaded))


def _read(asked: DataSet, places: Places, stand_in: bool) -> tuple[DataSet, Loaded, str]:
    try:
        return asked, asked.load(places), ""
    except Unavailable as error:
        if asked.otherwise is None or not stand_in:
            raise
        why = str(error)
    data, loaded, further = _read(asked.otherwise, places, stand_in)
    return data, loaded, further or why


def _resized(examples: Examples, shape: Shape) -> Examples:
    """Images in the plan's size: bilinear with antialiasing, rounded back to bytes where they came so."""
    features = examples.features
    if not isinstance(shape, Convolutional) or features.shape[2:] == (shape.height, shape.width):
        return examples
    pieces = torch.split(torch.from_numpy(features), RESIZE_CHUNK)
    sized = [interpolate(piece.float(), (shape.height, shape.width), mode="bilinear", antialias=True) for piece in pieces]
    whole = torch.cat(sized)
    if features.dtype == np.uint8:
        whole = whole.round_().clamp_(0, 255).to(torch.uint8)
    return replace(examples, features=whole.numpy())


def _check(plan: Plan, loaded: Loaded, data: DataSet) -> None:
    """What only the data can tell: as many classes as outputs, labels of the kind the loss takes."""
    node = plan.node(plan.outputs[0])
    if not isinstance(node.layer, ScoredLayer):
        raise DataError("the network has no layer with a loss to train", help="end it in {type: output, n_out: …, loss: …}")
    outputs, classes, loss = count(node.output), len(loaded.class_names), node.layer.loss
    fitting = (1, 2) if classes == 2 and loss.of == "probabilities" else (classes,)
    if classes and outputs not in fitting:
        raise DataError(f"{data.type} has {classes} classes, and {node.name} has {outputs} outputs", help=f"set its n_out to {classes}")
    if not classes and loss.of == "classes":
        raise DataError(f"the labels of {data.type} are numbers, and the loss {loss.type} of {node.name} takes classes", help="use loss: mse")
    if not classes and outputs != loaded.train.labels.shape[1]:
        raise DataError(f"{data.type} has {loaded.train.labels.shape[1]} values to predict, and {node.name} has {outputs} outputs")


def _scaling(asked: DataSet, train: Examples, loaded: Loaded) -> Scaling | None:
    transform = asked.normalize or (Transform.parse(asked.normalized_by) if asked.normalized_by else None)
    if transform is None:
        return None
    affine = transform.fit(train.features, loaded.value_range)
    return Scaling(torch.as_tensor(affine.factor), torch.as_tensor(affine.offset))


def _part(examples: Examples, plan: Plan, scaling: Scaling | None) -> Part:
    """Bytes stay bytes and are scaled batch by batch; other features are scaled here, once."""
    dtype = DTYPES[plan.data_type]
    features = torch.from_numpy(np.ascontiguousarray(examples.features))
    if features.dtype != torch.uint8:
        features = scaling.to(features.device, dtype)(features, dtype) if scaling else features.to(dtype)
    labels = torch.from_numpy(np.ascontiguousarray(examples.labels))
    return Part(features, labels.to(dtype) if labels.is_floating_point() else labels)


def _digest(loaded: Loaded) -> str:
    digest = sha256()
    for examples in filter(None, (loaded.train, loaded.test)):
        digest.update(np.ascontiguousarray(examples.features).data)
        digest.update(np.ascontiguousarray(examples.labels).data)
    return digest.hexdigest()
