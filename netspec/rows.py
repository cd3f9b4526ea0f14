"""Examples that are read when they are asked for: a NumPy array on disk, a folder of images, some rows of either.

A NumPy array in memory is one of them as it is.
"""

from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy import dtype, ndarray

PIECE = 1 << 20
"""Values read together where all rows are gone through."""


class Rows(Protocol):
    """Examples, the first axis, as an array that need not be in memory."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Sizes, the number of examples first."""
        ...

    @property
    def dtype(self) -> "dtype":
        """Type of the values."""
        ...

    def __len__(self) -> int:
        """How many examples there are."""
        ...

    def __getitem__(self, rows: "slice | ndarray") -> "ndarray":
        """Some of them, read."""
        ...


@dataclass(frozen=True, eq=False)
class Selected:
    """Some rows of others, in an order of their own; nothing is read for it."""

    rows: Rows
    chosen: "ndarray"
    """Indices into `rows`."""

    @property
    def shape(self) -> tuple[int, ...]:
        """As the others, with as many examples as were chosen."""
        return (len(self.chosen), *self.rows.shape[1:])

    @property
    def dtype(self) -> "dtype":
        """As the others."""
        return self.rows.dtype

    def __len__(self) -> int:
        """How many were chosen."""
        return len(self.chosen)

    def __getitem__(self, rows: "slice | ndarray") -> "ndarray":
        """Some of those chosen, read."""
        return self.rows[self.chosen[rows]]


def selected(rows: Rows, chosen: "ndarray") -> Rows:
    """The chosen rows; read only where they are in memory already."""
    return rows[chosen] if in_memory(rows) else Selected(rows, chosen)


def in_memory(rows: Rows) -> bool:
    """Whether the rows are an array that was read."""
    import numpy as np

    return type(rows) is np.ndarray


def held(rows: Rows) -> "ndarray":
    """All rows, read."""
    return rows if in_memory(rows) else rows[:]  # type: ignore[return-value]  # an array, as in_memory found


def in_bytes(rows: Rows) -> int:
    """How much memory all rows need."""
    return prod(rows.shape) * rows.dtype.itemsize


def pieces(rows: Rows) -> "Iterator[ndarray]":
    """All rows in order, about a million values at a time."""
    step = max(1, PIECE * len(rows) // max(1, prod(rows.shape)))
    for start in range(0, len(rows), step):
        yield rows[start : start + step]
