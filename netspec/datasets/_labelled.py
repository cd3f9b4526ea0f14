"""A pair of array files, features and labels of one part, and what must hold between them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from netspec.datasets import Examples
from netspec.datasets._array_masks import check_masks, read_label_mask, read_mask
from netspec.datasets._npy import ArrayFile, sizes
from netspec.errors import DataError
from netspec.named import Named, each, each_there, every
from netspec.shapes import Recurrent, Shape, from_sizes
from netspec.words import listed

if TYPE_CHECKING:
    from numpy import ndarray

MOST_CLASSES = 100_000


@dataclass(frozen=True)
class Kind:
    """What the headers of a part say."""

    count: int
    shape: Named[Shape]
    targets: Named[int | None]
    """How many values a label has; None for classes."""

    per_step: Named[bool]
    """Whether every step of a sequence has a label of its own."""


@dataclass(frozen=True)
class Labelled:
    """Features and labels of one part; of several inputs or outputs, each by name."""

    features: Named[ArrayFile]
    labels: Named[ArrayFile]
    mask: Named[ArrayFile] | None = None
    label_mask: Named[ArrayFile] | None = None

    def kind(self) -> Kind:
        """Read the headers.

        Raises: DataError when they do not fit each other.
        """
        shapes = each(_shape, self.features)
        first, *others = every(self.features)
        count = first.header().shape[0]
        for file in others:
            if (found := file.header().shape[0]) != count:
                raise DataError(f"{file}: must hold as many examples as {first}, {count:,}, got {found:,}")
        check_masks("mask", self.mask, self.features)
        check_masks("label_mask", self.label_mask, self.labels)
        steps = {shape.length for shape in every(shapes) if isinstance(shape, Recurrent)}
        return Kind(count, shapes, each(lambda file: _targets(file, count, steps), self.labels), each(lambda file: _is_per_step(file, steps), self.labels))

    def read(self) -> Examples:
        """Class indices as int64, values as float32 N×K; features as rows still to be read."""
        masks = each_there(read_mask, self.mask), each_there(read_label_mask, self.label_mask)
        return Examples(each(ArrayFile.rows, self.features), each(_labels, self.labels), *masks)


def _shape(file: ArrayFile) -> Shape:
    """One example of a file of features."""
    axes = file.header().shape
    shape = from_sizes(axes[1:])
    if shape is None:
        raise DataError(f"{file}: must have 2 to 5 axes, examples first, got {sizes(axes)}")
    return shape


def _is_per_step(file: ArrayFile, steps: Collection[int | None]) -> bool:
    """Class indices N×T or values N×T×K, beside sequences of T steps."""
    labels = file.header()
    return len(labels.shape) == (2 if labels.whole else 3) and labels.shape[1] in steps


def _targets(file: ArrayFile, count: int, steps: Collection[int | None]) -> int | None:
    """How many values a label has; None for classes."""
    labels = file.header()
    if labels.shape[:1] != (count,):
        raise DataError(f"{file}: must have a label for each of the {count:,} examples, got {sizes(labels.shape)}")
    if _is_per_step(file, steps):
        return None if labels.whole else labels.shape[2]
    if labels.whole and len(labels.shape) > 1:
        help = "one-hot labels: labels.argmax(axis=1); one column: labels.ravel(); values instead of classes: labels.astype('float32')"
        raise DataError(f"{file}: must hold one class index for each example, got {sizes(labels.shape)} whole numbers", help=help)
    if len(labels.shape) > 2:
        raise DataError(f"{file}: must be N or N x K values, got {sizes(labels.shape)}")
    return None if labels.whole else (*labels.shape, 1)[1]


def _labels(file: ArrayFile) -> "ndarray":
    """Class indices as int64, values as float32 N×K or N×T×K."""
    import numpy as np

    labels = file.read()
    if labels.dtype.kind == "f":
        return (labels.reshape(len(labels), -1) if labels.ndim == 1 else labels).astype(np.float32)
    if labels.min() < 0:
        raise DataError(f"{file}: must hold class indices from 0, got {labels.min()} at [{labels.argmin()}]")
    if labels.max() >= MOST_CLASSES:
        help = "values instead of classes are floating point numbers: labels.astype('float32')"
        raise DataError(f"{file}: must hold class indices below {MOST_CLASSES:,}, got {labels.max()} at [{labels.argmax()}]", help=help)
    return labels.astype(np.int64)


def check_alike(test: Labelled, train: Labelled) -> None:
    """Features of the same shape, labels of the same kind.

    Raises: DataError when the test part is something else.
    """
    ours, theirs = test.kind(), train.kind()
    for files, said, what in ((ours.shape, theirs.shape, "features"), (ours.targets, theirs.targets, "labels")):
        if _names(files) != _names(said):
            raise DataError(f"test_{what} must have the names of {what}, {listed(_names(said), 'and')}, got {listed(_names(files), 'and')}")
    pairs = zip(*(every(side) for side in (test.features, train.features, ours.shape, theirs.shape)), strict=True)
    for file, like, shape, wanted in pairs:
        if shape != wanted:
            raise DataError(f"{file}: must hold examples of {wanted} like {like}, got {shape}")
    for file, like, found, wanted in zip(every(test.labels), every(train.labels), _meanings(ours), _meanings(theirs), strict=True):
        if found != wanted:
            raise DataError(f"{file}: must hold {_said(*wanted)} like {like}, got {_said(*found)}")


def _meanings(kind: Kind) -> list[tuple[int | None, bool]]:
    return list(zip(every(kind.targets), every(kind.per_step), strict=True))


def class_count(labels: "list[ndarray]", train: ArrayFile) -> int:
    """Classes 0 to the largest label of any part, the training part's first.

    Raises: DataError when the training labels are all the same.
    """
    if labels[0].min() == labels[0].max():
        raise DataError(f"{train}: must hold at least two classes, got only {labels[0].max()}")
    return 1 + max(int(part.max()) for part in labels)


def _names(values: Named[object]) -> list[str]:
    return list(values) if isinstance(values, Mapping) else ["one array"]


def _said(targets: int | None, per_step: bool) -> str:
    of = "step" if per_step else "example"
    if targets is None:
        return f"class indices{' for each step' if per_step else ''}"
    return f"values, {targets} for each {of},"
