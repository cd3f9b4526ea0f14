"""What training features are like, feature by feature, or channel by channel for images and volumes.

Sums run over pieces in float64, so that 60,000 images of uint8 never stand in memory as floats.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from numpy import ndarray

PIECE = 1 << 20
"""Values looked at together."""


@dataclass(frozen=True)
class Moments:
    """Mean and population standard deviation, K of each."""

    mean: "ndarray"
    deviation: "ndarray"


def moments(features: "ndarray") -> Moments:
    """Two passes over the distances from the first value, so that a constant feature has a deviation of exactly 0."""
    import numpy as np

    axes, first = _other_axes(features), _first(features)
    count = features.size // feature_count(features)
    mean = sum(distance.sum(axis=axes) for distance in _distances(features, first)) / count
    square = sum(np.square(distance, out=distance).sum(axis=axes) for distance in _distances(features, first + mean)) / count
    return Moments(first + mean, np.sqrt(square))


def extremes(features: "ndarray") -> "tuple[ndarray, ndarray]":
    """Smallest and largest value, K of each, float64."""
    import numpy as np

    axes = _other_axes(features)
    return features.min(axis=axes).astype(np.float64), features.max(axis=axes).astype(np.float64)


def feature_count(features: "ndarray") -> int:
    """How many features or channels there are."""
    return int(features.shape[_axis(features)])


def against_one_example(values: "ndarray", features: "ndarray") -> "ndarray":
    """K values shaped to broadcast against an example: C×1×1 for images, K where features come last."""
    return values.reshape(-1, *[1] * (features.ndim - 1 - _axis(features)))


def _axis(features: "ndarray") -> int:
    """Features stand last in sequences (N×T×F), channels second in images and volumes."""
    return 2 if features.ndim == 3 else 1


def _other_axes(features: "ndarray") -> tuple[int, ...]:
    return tuple(axis for axis in range(features.ndim) if axis != _axis(features))


def _first(features: "ndarray") -> "ndarray":
    """The first value of each feature or channel."""
    import numpy as np

    first: ndarray = features[tuple(slice(None) if axis == _axis(features) else 0 for axis in range(features.ndim))]
    return first.astype(np.float64)


def _distances(features: "ndarray", origin: "ndarray") -> "Iterator[ndarray]":
    """Examples minus K values, piece by piece."""
    origin, rows = against_one_example(origin, features), max(1, PIECE * len(features) // features.size)
    for start in range(0, len(features), rows):
        yield features[start : start + rows] - origin
