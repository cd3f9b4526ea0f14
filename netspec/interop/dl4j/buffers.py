"""ND4J's arrays as bytes: what `Nd4j.write` leaves and `Nd4j.read` takes.

Two buffers back to back, both big-endian: the shape information, then the values. A buffer is a mode, a length, a
type, and that many values. No length is believed that the bytes do not hold. Source: DL4J's files of fourteen releases.
"""

from dataclasses import dataclass
from math import prod
from struct import Struct
from struct import error as struct_error
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from netspec.errors import DataError

AnyArray = NDArray[np.generic]
_TYPES = {
    "DOUBLE": ">f8",
    "FLOAT": ">f4",
    "HALF": ">f2",
    "BFLOAT16": ">u2",
    "INT": ">i4",
    "LONG": ">i8",
    "SHORT": ">i2",
    "BYTE": ">i1",
    "BOOL": ">u1",
    "UBYTE": ">u1",
    "UINT16": ">u2",
    "UINT32": ">u4",
    "UINT64": ">u8",
}
_SHORT_LENGTH = ("HEAP", "DIRECT", "JAVACPP")
_LONG_LENGTH = ("LONG_SHAPE", "MIXED_DATA_TYPES")
_FLAGS = {"float16": 4096, "float32": 8192, "float64": 16384, "int64": 262144, "int32": 131072}
_NAMES = {"float16": "HALF", "float32": "FLOAT", "float64": "DOUBLE", "int64": "LONG", "int32": "INT"}
_MOST_AXES = 32
_LARGEST_AXIS = 2**40
EMPTY = 8


@dataclass(frozen=True)
class Stored:
    """An array as it was stored."""

    values: AnyArray
    mode: str
    """How its buffers were allocated: JAVACPP up to beta, LONG_SHAPE in beta2 and beta3, MIXED_DATA_TYPES later."""

    type: str
    """DL4J's name of the number format: FLOAT, DOUBLE, HALF, BFLOAT16 …"""

    size: int
    """How many bytes it took."""


class Bytes:
    """Bytes that are read once, from front to back; whatever they announce and do not hold raises DataError."""

    def __init__(self, content: bytes, start: int) -> None:
        self.content, self.position = content, start

    def take(self, count: int) -> memoryview:
        """So many bytes."""
        if count < 0 or count > len(self.content) - self.position:
            raise DataError(f"an ND4J array must hold the {count} bytes it announces, got {len(self.content) - self.position}")
        self.position += count
        return memoryview(self.content)[self.position - count : self.position]

    def unpack(self, form: str) -> int:
        """A whole number, as `struct` calls its form."""
        packed = Struct(form)
        try:
            return int(packed.unpack(self.take(packed.size))[0])
        except struct_error as error:
            raise DataError(f"an ND4J array is damaged: {error}") from error

    def real(self) -> float:
        """A double."""
        return float(Struct(">d").unpack(self.take(8))[0])

    def text(self) -> str:
        """A text behind its length."""
        return bytes(self.take(self.unpack(">H"))).decode("utf-8", "replace")


def read_array(content: bytes, start: int = 0) -> Stored:
    """The array that begins at `start`. Raises: DataError when the bytes are no array."""
    source = Bytes(content, start)
    mode, _, shape_info = _buffer(source)
    shape, strides = _layout(shape_info)
    if shape_info[-3] & EMPTY and mode in _LONG_LENGTH:
        if shape:
            _buffer(source)
        return Stored(np.zeros(shape or (0,), np.float32), mode, "FLOAT", source.position - start)
    _, type_, values = _buffer(source)
    needed = 1 + sum((size - 1) * stride for size, stride in zip(shape, strides, strict=True) if size)
    if 0 in shape or needed > len(values) or prod(shape) > len(values) or any(stride < 0 for stride in strides):
        if prod(shape):
            raise DataError(f"an ND4J array of shape {shape} must hold {prod(shape)} values, got {len(values)}")
        return Stored(np.zeros(shape, values.dtype), mode, type_, source.position - start)
    steps = [stride * values.itemsize if size > 1 else 0 for size, stride in zip(shape, strides, strict=True)]
    laid = np.lib.stride_tricks.as_strided(values, shape, steps).copy()
    return Stored(laid, mode, type_, source.position - start)


def read_head(content: bytes) -> tuple[int, str]:
    """Rank and number format of the array whose first bytes these are. Raises: DataError."""
    source = Bytes(content, 0)
    mode, _, shape_info = _buffer(source)
    rank = len(_layout(shape_info)[0])
    if shape_info[-3] & EMPTY and mode in _LONG_LENGTH:
        return rank, "FLOAT"
    return rank, _announced(source)[2]


def _layout(shape_info: AnyArray) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Shape and strides; the stored strides hold, whatever the order says."""
    said = [int(value) for value in shape_info]
    rank = said[0] if said else -1
    if not 0 <= rank <= _MOST_AXES or len(said) < 2 * rank + 4:
        raise DataError("an ND4J array must begin with its shape, got something else")
    shape = tuple(max(0, size) for size in said[1 : 1 + rank])
    if max(shape, default=0) > _LARGEST_AXIS:
        raise DataError(f"an ND4J array must have axes of at most {_LARGEST_AXIS:,}, got {max(shape):,}")
    return shape, tuple(said[1 + rank : 1 + 2 * rank])


def _announced(source: Bytes) -> tuple[str, int, str]:
    """Mode, length and type of the buffer that begins here."""
    mode = source.text()
    if mode not in _SHORT_LENGTH + _LONG_LENGTH:
        raise DataError(f"an ND4J array must begin with its allocation mode, got {mode[:40]!r}")
    length, type_ = source.unpack(">i" if mode in _SHORT_LENGTH else ">q"), source.text()
    if type_ not in _TYPES:
        raise DataError(f"an ND4J array must hold numbers, got {type_[:40]!r}", help="texts and compressed arrays are not read")
    return mode, length, type_


def _buffer(source: Bytes) -> tuple[str, str, AnyArray]:
    mode, length, type_ = _announced(source)
    stored = np.dtype(_TYPES[type_])
    values = np.frombuffer(source.take(length * stored.itemsize), stored)
    if type_ == "BFLOAT16":
        return mode, type_, (values.astype(np.uint32) << 16).view(np.float32)
    return mode, type_, values.astype(stored.newbyteorder("="))


def write_array(values: AnyArray, as_type: Literal["BFLOAT16"] | None = None) -> bytes:
    """Bytes as 1.0.0-M2.1 writes them, in C order."""
    laid = np.ascontiguousarray(values)
    if laid.size == 0 and laid.ndim <= 1:
        return _packed(np.array([0, _FLAGS["float32"] | EMPTY, 1, 99], np.int64), "LONG")
    rank = laid.ndim
    strides = [stride // laid.itemsize for stride in laid.strides]
    flags = 2048 if as_type else _FLAGS[laid.dtype.name]
    shape_info = [rank, *laid.shape, *strides, flags, 1, 99]
    bits = (laid.astype(np.float32).view(np.uint32) >> 16).astype(np.uint16) if as_type else laid
    return _packed(np.array(shape_info, np.int64), "LONG") + _packed(bits.ravel(), as_type or _NAMES[laid.dtype.name])


def _packed(values: AnyArray, type_: str) -> bytes:
    mode = b"MIXED_DATA_TYPES"
    head = Struct(">H").pack(len(mode)) + mode + Struct(">q").pack(values.size)
    return head + Struct(">H").pack(len(type_)) + type_.encode() + values.astype(_TYPES[type_]).tobytes()
