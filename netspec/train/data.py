"""Reading a data set for a plan: stand-in where it cannot be had, split, resized, scaled, checked against the network."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from netspec.construct import DTYPES
from netspec.datasets import DataSet, Examples, Loaded, Places, Split, Unavailable
from netspec.errors import DataError
from netspec.metrics import Metric
from netspec.named import Named, each, each_there, every
from netspec.plan import Node, Plan
from netspec.rows import Rows, held, in_bytes
from netspec.scored import ScoredLayer
from netspec.shapes import Convolutional, features
from netspec.train.augmenting import check_type
from netspec.train.device import memory
from netspec.train.digest import digest_of
from netspec.train.indices import check_indices
from netspec.train.resized import Resized
from netspec.train.scaling import Scaling, Scalings, learned
from netspec.train.splitting import split
from netspec.words import plural

TYPES = {name: getattr(torch, name) for name in ("uint8", "int64", "float16", "float32", "float64")}
"""Types of features as NumPy calls them."""


Feature = Tensor | Rows
"""A tensor, or rows that are read batch by batch."""


@dataclass(frozen=True)
class Part:
    """Examples of one part, in the dtype they are stored in; of several inputs or outputs, each by name."""

    features: Named[Feature]
    labels: Named[Tensor]
    mask: Named[Tensor] | None = None
    """1 for each step that is there and 0 for padding, N×T; None where all are there."""

    label_mask: Named[Tensor] | None = None
    """What each label counts; None where all count, or those whose steps do."""

    def __len__(self) -> int:
        return len(every(self.labels)[0])

    @property
    def features_type(self) -> torch.dtype:
        """Type of the features as they come; of several inputs the first's."""
        first = next(iter(self.features.values())) if isinstance(self.features, Mapping) else self.features
        return first.dtype if isinstance(first, Tensor) else TYPES[first.dtype.name]


def _comes_unscaled(feature: Feature) -> bool:
    """Bytes are kept as bytes, and what streams comes as it is stored: both are scaled batch by batch."""
    return not isinstance(feature, Tensor) or feature.dtype == torch.uint8


@dataclass(frozen=True)
class Prepared:
    """A data set ready for training."""

    train: Part
    validation: Part | None
    test: Part
    scaling: Scaling | Scalings | None
    """What `normalize` learned from the training examples."""

    class_names: Named[tuple[str, ...]]
    """What the classes are called; empty for values. Of several outputs, by name."""

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
    def note(self) -> str | None:
        """That another set stands in, and why; None where it is the one that was asked for."""
        return f"This is {self.name}, not {self.instead_of}: {self.why}" if self.instead_of else None

    @property
    def resident(self) -> bool:
        """Whether all examples are in memory."""
        return all(isinstance(feature, Tensor) for feature in every(self.train.features))

    @property
    def pending(self) -> Scaling | Scalings | None:
        """The scaling, as far as it is still to be done batch by batch."""
        features = self.train.features
        if isinstance(self.scaling, Scalings) and isinstance(features, Mapping):
            return Scalings({name: scaling for name, scaling in self.scaling.by_name.items() if _comes_unscaled(features[name])})
        return self.scaling if self.augmented or (not isinstance(features, Mapping) and _comes_unscaled(features)) else None


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
    scaling = learned(asked, _seen(make.rows(train), train.mask), loaded.value_range)
    aside = make.part(validation, scaling) if validation else None
    parts = make.part(train, scaling), aside, make.part(test, scaling)
    for part in filter(None, parts):
        check_indices(plan, part.features, part.mask)
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
    if not plan.scored and not plan.pretrains:
        raise DataError("the network has no layer with a loss to train", help="end it in {type: output, n_out: …, loss: …}")
    labels, names = loaded.train.labels, loaded.class_names
    for output in plan.scored:
        its = labels[output] if isinstance(labels, Mapping) else labels
        node, classes = plan.node(output), len(names[output] if isinstance(names, Mapping) else names)
        if isinstance(node.layer, ScoredLayer):
            _check_labels(node, node.layer, classes, its, data)
            _check_truths(plan.evaluation[output].metrics, its, data)


def _check_labels(node: Node, layer: ScoredLayer, classes: int, labels: np.ndarray, data: DataSet) -> None:
    outputs = features(node.output)
    fitting = (1, 2) if classes == 2 and layer.loss.of != "classes" else (classes,)
    if classes and outputs not in fitting:
        raise DataError(f"{data.type} has {classes} classes, and {node.name} has {plural(outputs, 'output')}", help=f"set its n_out to {classes}")
    if not classes and layer.loss.of == "classes":
        raise DataError(f"the labels of {data.type} are numbers, and the loss {layer.loss.type} of {node.name} takes classes", help="use loss: mse")
    if not classes and layer.loss.of == "probabilities" and (odd := _no_probabilities(labels)).size:
        rule = f"the labels of {data.type} must be from 0 to 1, for the loss {layer.loss.type} of {node.name}, got {odd.flat[0]:g}"
        raise DataError(rule, help="for numbers, say loss: mse")
    if not classes and layer.loss.labels_for(outputs) != labels.shape[-1]:
        found, wanted = plural(labels.shape[-1], "value"), plural(layer.loss.labels_for(outputs), "output")
        raise DataError(f"{data.type} has {found} to predict, and {node.name} has {wanted}")


def _check_truths(metrics: tuple[Metric, ...], labels: np.ndarray, data: DataSet) -> None:
    """What evaluation would refuse after all the training."""
    asking = next((metric for metric in metrics if metric.takes_truths), None)
    if asking and labels.dtype.kind == "f" and (odd := _no_probabilities(labels)).size:
        help_ = "for numbers, say evaluation: regression"
        raise DataError(f"the labels of {data.type} must be 0 or 1, no or yes, for the metric {asking.type}, got {odd.flat[0]:g}", help=help_)


def _no_probabilities(labels: np.ndarray) -> np.ndarray:
    """Those that are not from 0 to 1, nor -1 for not known."""
    odd: np.ndarray = labels[((labels < 0) & (labels != -1)) | (labels > 1)]
    return odd


def _seen(rows: Named[Rows], mask: Named[np.ndarray] | None) -> Named[Rows]:
    """Without what is padding: the steps of all sequences one after another."""
    if isinstance(rows, Mapping):
        masks = mask if isinstance(mask, Mapping) else {}
        return {name: held(its)[masks[name] != 0] if name in masks else its for name, its in rows.items()}
    return rows if mask is None or isinstance(mask, Mapping) else held(rows)[mask != 0]


def _maker(plan: Plan, asked: DataSet, loaded: Loaded, device: torch.device) -> "_Maker":
    shape = next(iter(plan.inputs.values()))
    size = (shape.height, shape.width) if isinstance(shape, Convolutional) and len(plan.inputs) == 1 else None
    needed = sum(in_bytes(rows) for part in (loaded.train, loaded.test) if part for rows in every(part.features))
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

    def rows(self, examples: Examples) -> Named[Rows]:
        """Features in the plan's size."""
        return each(self._sized, examples.features)

    def _sized(self, rows: Rows) -> Rows:
        rows = held(rows) if self.resident else rows
        if self.size is None or rows.shape[2:] == self.size:
            return rows
        return held(Resized(rows, self.size)) if self.resident else Resized(rows, self.size)

    def part(self, examples: Examples, scaling: Scaling | Scalings | None) -> Part:
        """Bytes stay bytes and are scaled batch by batch; other features are scaled here, once, where they do not stream."""
        rows, labels = self.rows(examples), each(self._labels, examples.labels)
        masks = [each_there(self._mask, mask) for mask in (examples.mask, examples.label_mask)]
        if not self.resident:
            return Part(rows, labels, *masks)
        if isinstance(rows, Mapping):
            scalings = scaling.by_name if isinstance(scaling, Scalings) else {}
            return Part({name: self._in_memory(its, scalings.get(name)) for name, its in rows.items()}, labels, *masks)
        return Part(self._in_memory(rows, scaling if isinstance(scaling, Scaling) else None), labels, *masks)

    def _in_memory(self, rows: Rows, scaling: Scaling | None) -> Tensor:
        features = torch.from_numpy(np.ascontiguousarray(held(rows)))
        if _comes_unscaled(features):
            return features
        return scaling.to(features.device, self.dtype)(features, self.dtype) if scaling and self.scales else features.to(self.dtype)

    def _mask(self, mask: np.ndarray) -> Tensor:
        return torch.from_numpy(np.ascontiguousarray(mask)).to(self.dtype)

    def _labels(self, labels: np.ndarray) -> Tensor:
        tensor = torch.from_numpy(np.ascontiguousarray(labels))
        return tensor.to(self.dtype) if tensor.is_floating_point() else tensor
