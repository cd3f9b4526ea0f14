"""What training features are like, feature by feature, or channel by channel for images and volumes.

Sums run over pieces in float64, so that 60,000 images of uint8 never stand in memory as floats.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING, Any

from netspec.errors import DataError
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


def stated(field: str, values: tuple[float, ...], features: Rows) -> "ndarray":
    """Numbers that a spec states, shaped to broadcast against an example.

    Raises: DataError when there are others than one, one for each feature or channel, or one for each value of an example.
    """
    import numpy as np

    count, sizes = feature_count(features), features.shape[1:]
    found = np.array(values, np.float64)
    if len(values) in {1, count}:
        return against_one_example(found, features)
    if len(values) == prod(sizes):
        return found.reshape(sizes)
    raise DataError(f"normalize.{field} must be one number or {count}, one for each feature or channel of the data, got {len(values)}")


def several(value: Any) -> Any:
    """One number as a tuple, for fields that take one number or several."""
    return tuple(value) if isinstance(value, list) else (value,) if isinstance(value, int | float) and not isinstance(value, bool) else value


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
