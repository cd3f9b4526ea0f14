"""Arrays in NumPy's files, read without trusting them: no pickles, and no header that claims more than the file holds."""

import tokenize
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cached_property
from math import prod
from pathlib import Path
from typing import IO, TYPE_CHECKING

from netspec.errors import DataError
from netspec.rows import Rows
from netspec.words import listed

if TYPE_CHECKING:
    from numpy import dtype, ndarray

_DAMAGES = (OSError, ValueError, EOFError, RuntimeError, SyntaxError, TypeError, zipfile.BadZipFile, zlib.error, tokenize.TokenError)
"""What reading a damaged file raises; RuntimeError: an encrypted archive, or (NotImplementedError) one of a later version."""

_ROWS = 4096
"""Rows looked at together."""


@dataclass(frozen=True)
class Header:
    """What an array file says about itself."""

    shape: tuple[int, ...]
    dtype: "dtype"

    @property
    def whole(self) -> bool:
        """True for whole numbers and truth values."""
        return self.dtype.kind in "biu"


@dataclass(frozen=True)
class ArrayFile:
    """A `.npy` file, or the array called `key` in a `.npz`."""

    path: Path
    key: str | None = None

    def __str__(self) -> str:
        return f"{self.path}[{self.key}]" if self.key else str(self.path)

    def header(self) -> Header:
        """Shape and type, checked against the length of the file.

        Raises: DataError when it is not an array of numbers, or not a whole one.
        """
        with self._opened() as (file, size):
            header = _header(file)
            held = size - file.tell()
        if header.dtype.kind not in "biuf" or header.dtype.itemsize > 8:
            help = "save it with numpy.save as uint8, int64 or float32"
            raise DataError(f"{self}: must hold numbers of at most 64 bits, got {header.dtype}", help=help)
        if any(axis <= 0 for axis in header.shape):
            raise DataError(f"{self}: must have no empty axis, got {sizes(header.shape)}")
        claimed = prod(header.shape) * header.dtype.itemsize
        if claimed != held:
            raise DataError(f"{self}: must hold {claimed:,} bytes for its {sizes(header.shape)} values, got {held:,}")
        return header

    def read(self) -> "ndarray":
        """The values: floats in their precision, uint8 as such, truth values as uint8, other whole numbers as int64.

        Raises: DataError, also when a value is not finite.
        """
        import numpy as np

        header = self.header()
        with self._opened() as (file, _):
            values = np.lib.format.read_array(file, allow_pickle=False)
        if header.dtype.kind == "f":
            self._check_finite(values)
        if header.dtype == np.uint64 and values.max() > np.iinfo(np.int64).max:
            raise DataError(f"{self}: must hold numbers below 2^63, got {values.max()}")
        return np.ascontiguousarray(values, _ours(header.dtype))

    def rows(self) -> Rows:
        """The values as `read` gives them, read when they are asked for where they are a file of their own.

        Raises: as `read`.
        """
        import numpy as np

        header = self.header()
        if self.key is not None or header.dtype == np.uint64:
            return self.read()
        stored = Stored(self.path, header.shape, _ours(header.dtype))
        if header.dtype.kind == "f":
            self._check_finite(stored.mapped)
        return stored

    def _check_finite(self, values: "ndarray") -> None:
        import numpy as np

        for start in range(0, len(values), _ROWS):
            wrong = np.argwhere(~np.isfinite(values[start : start + _ROWS]))
            if len(wrong):
                row, *rest = (int(at) for at in wrong[0])
                at = (start + row, *rest)
                raise DataError(f"{self}: must hold finite numbers, got {values[at]} at {list(at)}", help="indices count from 0, the example first")

    @contextmanager
    def _opened(self) -> Iterator[tuple[IO[bytes], int]]:
        """The array's bytes, and how many there are."""
        try:
            with warnings.catch_warnings(), ExitStack() as stack:
                warnings.simplefilter("ignore")  # NumPy remarks on files that Python 2 wrote
                if self.key is None:
                    yield stack.enter_context(self.path.open("rb")), self.path.stat().st_size
                else:
                    archive = stack.enter_context(zipfile.ZipFile(self.path))
                    yield stack.enter_context(archive.open(f"{self.key}.npy")), archive.getinfo(f"{self.key}.npy").file_size
        except _DAMAGES as error:
            raise DataError(f"{self}: must be an array saved by NumPy: {error}") from error


class Stored:
    """An array in its `.npy` file; the pages that are asked for are read, in this process or another."""

    def __init__(self, path: Path, shape: tuple[int, ...], dtype: "dtype") -> None:
        self.path, self.shape = path, shape
        self.dtype = dtype
        """Type that the values have once they are read."""

    def __reduce__(self) -> tuple[type["Stored"], tuple[object, ...]]:
        return Stored, (self.path, self.shape, self.dtype)

    @cached_property
    def mapped(self) -> "ndarray":
        """The file as an array."""
        import numpy as np

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # NumPy remarks on files that Python 2 wrote
            mapped: ndarray = np.load(self.path, mmap_mode="r", allow_pickle=False)
        return mapped

    def __len__(self) -> int:
        """How many examples there are."""
        return self.shape[0]

    def __getitem__(self, rows: "slice | ndarray") -> "ndarray":
        """Some rows, copied into memory."""
        import numpy as np

        return np.array(self.mapped[rows], self.dtype, order="C")


def keys(path: Path) -> frozenset[str]:
    """Names of the arrays in a `.npz`."""
    try:
        with zipfile.ZipFile(path) as archive:
            return frozenset(name.removesuffix(".npy") for name in archive.namelist() if name.endswith(".npy"))
    except _DAMAGES as error:
        raise DataError(f"{path}: must be a .npz archive: {error}") from error


def member(path: Path, key: str) -> ArrayFile:
    """The array called `key`.

    Raises: DataError when there is none.
    """
    if key not in (found := keys(path)):
        raise DataError(f"{path}: must hold an array called {key}, got {listed(sorted(found)[:20], 'and')}")
    return ArrayFile(path, key)


def sizes(shape: tuple[int, ...]) -> str:
    """A shape as messages show it."""
    return " x ".join(str(axis) for axis in shape) or "no"


def _header(file: IO[bytes]) -> Header:
    from numpy.lib import format as npy

    version = npy.read_magic(file)
    if version not in {(1, 0), (2, 0)}:
        raise ValueError(f"format {version[0]}.{version[1]} is for named fields")
    shape, _, dtype = (npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0)(file)
    return Header(shape, dtype)


def _ours(stored: "dtype") -> "dtype":
    """Native byte order, and no integer types that torch lacks."""
    import numpy as np

    if stored.kind == "f":
        return stored.newbyteorder("=")
    return np.dtype(np.uint8 if stored.itemsize == 1 and stored.kind in "bu" else np.int64)
