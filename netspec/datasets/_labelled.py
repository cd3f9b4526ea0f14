"""A pair of array files, features and labels of one part, and what must hold between them."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from netspec.datasets import Examples
from netspec.datasets._npy import ArrayFile, sizes
from netspec.errors import DataError
from netspec.shapes import Shape, from_sizes

if TYPE_CHECKING:
    from numpy import ndarray

MOST_CLASSES = 100_000


@dataclass(frozen=True)
class Kind:
    """What the headers of a pair say."""

    count: int
    shape: Shape
    targets: int | None
    """How many values a label has; None for classes."""


@dataclass(frozen=True)
class Labelled:
    """Features and labels of one part."""

    features: ArrayFile
    labels: ArrayFile

    def kind(self) -> Kind:
        """Read the headers.

        Raises: DataError when they do not fit each other.
        """
        features, labels = self.features.header().shape, self.labels.header()
        shape = from_sizes(features[1:])
        if shape is None:
            raise DataError(f"{self.features}: must have 2 to 5 axes, examples first, got {sizes(features)}")
        if labels.shape[:1] != features[:1]:
            raise DataError(f"{self.labels}: must have a label for each of the {features[0]:,} examples, got {sizes(labels.shape)}")
        if labels.whole and len(labels.shape) > 1:
            help = "one-hot labels: labels.argmax(axis=1); one column: labels.ravel(); values instead of classes: labels.astype('float32')"
            raise DataError(f"{self.labels}: must hold one class index for each example, got {sizes(labels.shape)} whole numbers", help=help)
        if len(labels.shape) > 2:
            raise DataError(f"{self.labels}: must be N or N x K values, got {sizes(labels.shape)}")
        return Kind(features[0], shape, None if labels.whole else (*labels.shape, 1)[1])

    def read(self) -> Examples:
        """Class indices as int64, values as float32 N×K; features as rows still to be read."""
        import numpy as np

        features, labels = self.features.rows(), self.labels.read()
        if labels.dtype.kind == "f":
            return Examples(features, labels.reshape(len(labels), -1).astype(np.float32))
        if labels.min() < 0:
            raise DataError(f"{self.labels}: must hold class indices from 0, got {labels.min()} at [{labels.argmin()}]")
        if labels.max() >= MOST_CLASSES:
            help = "values instead of classes are floating point numbers: labels.astype('float32')"
            raise DataError(f"{self.labels}: must hold class indices below {MOST_CLASSES:,}, got {labels.max()} at [{labels.argmax()}]", help=help)
        return Examples(features, labels.astype(np.int64))


def check_alike(test: Labelled, train: Labelled) -> None:
    """Features of the same shape, labels of the same kind.

    Raises: DataError when the test part is something else.
    """
    ours, theirs = test.kind(), train.kind()
    if ours.shape != theirs.shape:
        raise DataError(f"{test.features}: must hold examples of {theirs.shape} like {train.features}, got {ours.shape}")
    if ours.targets != theirs.targets:
        raise DataError(f"{test.labels}: must hold {_labels(theirs)} like {train.labels}, got {_labels(ours)}")


def class_count(parts: list[Examples], train: Labelled) -> int:
    """Classes 0 to the largest label of any part.

    Raises: DataError when the training labels are all the same.
    """
    labels: ndarray = parts[0].labels
    if labels.min() == labels.max():
        raise DataError(f"{train.labels}: must hold at least two classes, got only {labels.max()}")
    return 1 + max(int(part.labels.max()) for part in parts)


def _labels(kind: Kind) -> str:
    return "class indices" if kind.targets is None else f"values, {kind.targets} for each example,"
