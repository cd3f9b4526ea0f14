"""What every generator of ND4J's can do, and its arithmetic."""

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Format = type[np.float32] | type[np.float64]

LONG = (1 << 64) - 1


class Numbers(Protocol):
    """A stream of arrays, each drawn at once."""

    state: tuple[int, ...]
    """Where the stream stands: words of at most 64 bits."""

    def uniform(self, count: int, dtype: Format) -> Array:
        """Numbers from 0 to 1."""
        ...

    def normal(self, count: int, dtype: Format) -> Array:
        """Standard normal numbers."""
        ...


def box_muller(first: Array, second: Array) -> tuple[Array, Array]:
    """√(−2 ln u)·cos 2πv and the same with the sine, in the format of u and v."""
    kind = first.dtype.type
    radius, angle = np.sqrt(kind(-2) * rounded(np.log, first)), kind(2) * kind(np.pi) * second
    return radius * rounded(np.cos, angle), radius * rounded(np.sin, angle)


def rounded(function: np.ufunc, values: Array) -> Array:
    """A function at double precision, rounded once: numpy's own in single precision are some places off."""
    result: Array = function(values.astype(np.float64)).astype(values.dtype)
    return result
