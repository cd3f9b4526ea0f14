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
    first, count = next(_pieces(features))[0], features.size // feature_count(features)
    mean = sum((piece - first).sum(axis=0) for piece in _pieces(features)) / count
    square = sum(((piece - first - mean) ** 2).sum(axis=0) for piece in _pieces(features)) / count
    return Moments(first + mean, square**0.5)


def extremes(features: "ndarray") -> "tuple[ndarray, ndarray]":
    """Smallest and largest value, K of each, float64."""
    import numpy as np

    axes = tuple(axis for axis in range(features.ndim) if axis != _axis(features))
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


def _pieces(features: "ndarray") -> "Iterator[ndarray]":
    """Rows × K, float64: every position of an example is a row."""
    import numpy as np

    axis = _axis(features)
    rows = max(1, PIECE * len(features) // features.size)
    for start in range(0, len(features), rows):
        piece = np.moveaxis(features[start : start + rows], axis, -1)
        yield piece.reshape(-1, features.shape[axis]).astype(np.float64)
