"""What training features are like, feature by feature, or channel by channel for images and volumes.

Sums run over pieces in float64, so that 60,000 images of uint8 never stand in memory as floats.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING

from netspec.rows import Rows, pieces

if TYPE_CHECKING:
    from numpy import ndarray


@dataclass(frozen=True)
class Moments:
    """Mean and population standard deviation, K of each."""

    mean: "ndarray"
    deviation: "ndarray"


def moments(features: Rows) -> Moments:
    """Two passes over the distances from the first value, so that a constant feature has a deviation of exactly 0."""
    import numpy as np

    axes, first = _other_axes(features), _first(features)
    count = prod(features.shape) // feature_count(features)
    mean = sum(distance.sum(axis=axes) for distance in _distances(features, first)) / count
    square = sum(np.square(distance, out=distance).sum(axis=axes) for distance in _distances(features, first + mean)) / count
    return Moments(first + mean, np.sqrt(square))


def extremes(features: Rows) -> "tuple[ndarray, ndarray]":
    """Smallest and largest value, K of each, float64."""
    import numpy as np

    axes = _other_axes(features)
    found = [(piece.min(axis=axes), piece.max(axis=axes)) for piece in pieces(features)]
    smallest, largest = (np.array(bounds) for bounds in zip(*found, strict=True))
    return smallest.min(axis=0).astype(np.float64), largest.max(axis=0).astype(np.float64)


def feature_count(features: Rows) -> int:
    """How many features or channels there are."""
    return int(features.shape[_axis(features)])


def against_one_example(values: "ndarray", features: Rows) -> "ndarray":
    """K values shaped to broadcast against an example: C×1×1 for images, K where features come last."""
    return values.reshape(-1, *[1] * (len(features.shape) - 1 - _axis(features)))


def _axis(features: Rows) -> int:
    """Features stand last in sequences (N×T×F), channels second in images and volumes."""
    return 2 if len(features.shape) == 3 else 1


def _other_axes(features: Rows) -> tuple[int, ...]:
    return tuple(axis for axis in range(len(features.shape)) if axis != _axis(features))


def _first(features: Rows) -> "ndarray":
    """The first value of each feature or channel."""
    import numpy as np

    one = features[:1]
    first: ndarray = one[tuple(slice(None) if axis == _axis(features) else 0 for axis in range(one.ndim))]
    return first.astype(np.float64)


def _distances(features: Rows, origin: "ndarray") -> "Iterator[ndarray]":
    """Examples minus K values, piece by piece."""
    origin = against_one_example(origin, features)
    for piece in pieces(features):
        yield piece - origin
