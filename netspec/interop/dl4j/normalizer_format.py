"""normalizer.bin ⇄ a normalizer, as DL4J's NormalizerSerializer writes it from 0.8.0 on.

UTF "NORMALIZER"   int 1   UTF strategy   payload

STANDARDIZE        boolean labels   mean, std [, mean and std of the labels]
MIN_MAX            boolean labels   double low, high   min, max [, min and max of the labels]
IMAGE_MIN_MAX      double low, high, largest value of a pixel
IMAGE_VGG16        nothing
MULTI_STANDARDIZE  boolean labels   int inputs, outputs (-1: none)   mean and std of each
MULTI_MIN_MAX      boolean labels   int inputs, outputs (-1: none)   double low, high   min and max of each
MULTI_HYBRID       inputs, outputs: int count, then for each int index, int kind, two arrays; what is asked of all inputs and of all
                   outputs; of single inputs and outputs: int count, then for each int index. Asked: int kind (0 none), for 2 double low, high
"""

from collections.abc import Iterator, Mapping
from struct import pack

import numpy as np

from netspec.errors import DataError
from netspec.interop.dl4j.buffers import Bytes, read_array, write_array
from netspec.interop.dl4j.normalizers import Array, Normalizer, Statistics
from netspec.shapes import Shape, features
from netspec.transforms import Normalization
from netspec.transforms.scale import Scale

JAVA_OBJECT = b"\xac\xed\x00\x05"
_MAGIC, _VERSION = "NORMALIZER", 1
_STANDARDIZE, _MIN_MAX = 1, 2
_MOST_ARRAYS = 1000
_VGG16 = (103.939, 116.779, 123.68)


def read_normalizer(content: bytes) -> Normalizer:
    """The normalizer of an entry. Raises: DataError when it is damaged; LookupError with the strategy that is no one's here."""
    source = Bytes(content, 0)
    if source.text() != _MAGIC or source.unpack(">i") != _VERSION:
        raise DataError("normalizer.bin must begin with NORMALIZER and version 1")
    strategy = source.text()
    if strategy not in _READERS:
        raise LookupError(strategy)
    found = _READERS[strategy](source)
    if any(one is not None and not _is_sound(one) for one in (*found[0], *found[1])):
        raise DataError("normalizer.bin must hold finite numbers, as many of each kind")
    return Normalizer(strategy, *found)


def _is_sound(one: Statistics) -> bool:
    """Whether it can scale anything."""
    same = 0 < one.first.size == one.second.size
    finite = same and bool(np.isfinite(one.first).all() and np.isfinite(one.second).all())
    if one.target is None:
        return finite and bool((one.second >= 0).all())
    return finite and bool((one.first < one.second).all()) and bool(np.isfinite(one.target).all()) and one.target[0] < one.target[1]


_Sides = tuple[tuple[Statistics | None, ...], tuple[Statistics | None, ...]]


def _array(source: Bytes) -> Array:
    stored = read_array(source.content, source.position)
    source.take(stored.size)
    return stored.values.reshape(-1)


def _pair(source: Bytes, target: tuple[float, float] | None = None) -> Statistics:
    return Statistics(_array(source), _array(source), target)


def _target(source: Bytes) -> tuple[float, float]:
    return source.real(), source.real()


def _standardize(source: Bytes) -> _Sides:
    labels = source.unpack(">?")
    return (_pair(source),), ((_pair(source),) if labels else ())


def _min_max(source: Bytes) -> _Sides:
    labels, target = source.unpack(">?"), _target(source)
    return (_pair(source, target),), ((_pair(source, target),) if labels else ())


def _image(source: Bytes) -> _Sides:
    target, largest = _target(source), source.real()
    return (Statistics(np.zeros(1), np.array([largest]), target),), ()


def _vgg16(source: Bytes) -> _Sides:
    return (Statistics(np.array(_VGG16), np.ones(3)),), ()


def _counts(source: Bytes) -> tuple[int, int]:
    labels = source.unpack(">?")
    inputs, outputs = _count(source), source.unpack(">i")
    return inputs, min(outputs, _MOST_ARRAYS) if labels else 0


def _count(source: Bytes) -> int:
    found = source.unpack(">i")
    if not 0 <= found <= _MOST_ARRAYS:
        raise DataError(f"normalizer.bin must be for at most {_MOST_ARRAYS} arrays, got {found}")
    return found


def _multi_standardize(source: Bytes) -> _Sides:
    inputs, outputs = _counts(source)
    return tuple(_pair(source) for _ in range(inputs)), tuple(_pair(source) for _ in range(outputs))


def _multi_min_max(source: Bytes) -> _Sides:
    (inputs, outputs), target = _counts(source), _target(source)
    return tuple(_pair(source, target) for _ in range(inputs)), tuple(_pair(source, target) for _ in range(outputs))


def _hybrid(source: Bytes) -> _Sides:
    """Statistics of all arrays there are; which of them are used is said behind them."""
    sides = [{index: (source.unpack(">i"), _array(source), _array(source)) for index in _indices(source)} for _ in range(2)]
    of_all = [_asked(source) for _ in range(2)]
    of_single = [{index: _asked(source) for index in _indices(source)} for _ in range(2)]
    return _chosen(sides[0], of_all[0], of_single[0]), _chosen(sides[1], of_all[1], of_single[1])


def _indices(source: Bytes) -> Iterator[int]:
    for _ in range(_count(source)):
        yield _count(source)


def _asked(source: Bytes) -> tuple[int, tuple[float, float] | None]:
    kind = source.unpack(">i")
    return kind, _target(source) if kind == _MIN_MAX else None


_Asked = tuple[int, tuple[float, float] | None]


def _chosen(found: Mapping[int, tuple[int, Array, Array]], of_all: _Asked, of_single: Mapping[int, _Asked]) -> tuple[Statistics | None, ...]:
    def one(index: int) -> Statistics | None:
        kind, target = of_single.get(index, of_all)
        if index not in found or kind not in (_STANDARDIZE, _MIN_MAX):
            return None
        return Statistics(*found[index][1:], target)

    return tuple(one(index) for index in range(max(found, default=-1) + 1))


_READERS = {
    "STANDARDIZE": _standardize,
    "MIN_MAX": _min_max,
    "IMAGE_MIN_MAX": _image,
    "IMAGE_VGG16": _vgg16,
    "MULTI_STANDARDIZE": _multi_standardize,
    "MULTI_MIN_MAX": _multi_min_max,
    "MULTI_HYBRID": _hybrid,
}


def write_normalizer(transform: Normalization, factor: Array, offset: Array, shape: Shape, data_type: str) -> bytes:
    """The entry for x·factor + offset, which `transform` is; a range that is one for all values from 0 on is that of pixels."""
    if not isinstance(transform, Scale):
        first, second = -offset / factor, 1 / factor
        return _head("STANDARDIZE") + pack(">?", False) + _two(first, second, shape, data_type)
    least, largest = (transform.low - offset) / factor, (transform.high - offset) / factor
    if not least.any() and np.ptp(largest) == 0:
        return _head("IMAGE_MIN_MAX") + pack(">ddd", transform.low, transform.high, largest.flat[0])
    return _head("MIN_MAX") + pack(">?dd", False, transform.low, transform.high) + _two(least, largest, shape, data_type)


def _head(strategy: str) -> bytes:
    return _utf(_MAGIC) + pack(">i", _VERSION) + _utf(strategy)


def _utf(text: str) -> bytes:
    return pack(">H", len(text)) + text.encode()


def _two(first: Array, second: Array, shape: Shape, data_type: str) -> bytes:
    """Two rows of numbers, one for each feature or channel where there is one for all."""
    number = "float64" if data_type == "float64" else "float32"
    rows = (np.broadcast_to(values.reshape(1, -1), (1, max(values.size, features(shape)))) for values in (first, second))
    return b"".join(write_array(row.astype(number)) for row in rows)
