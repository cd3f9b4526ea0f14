"""Indices as rows of 0 and a single 1, made when they are asked for."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from numpy import dtype, ndarray


@dataclass(frozen=True, eq=False)
class OneHot:
    """Sequences of indices (N×T) as rows N×T×V of bytes."""

    indices: "ndarray"
    size: int
    """V."""

    @property
    def shape(self) -> tuple[int, ...]:
        """N, T, V."""
        return (*self.indices.shape, self.size)

    @property
    def dtype(self) -> "dtype":
        """Bytes."""
        import numpy as np

        return np.dtype(np.uint8)

    def __len__(self) -> int:
        """How many sequences there are."""
        return len(self.indices)

    def __getitem__(self, rows: "slice | ndarray") -> "ndarray":
        """Some sequences."""
        import numpy as np

        chosen = self.indices[rows]
        made = np.zeros((*chosen.shape, self.size), np.uint8)
        np.put_along_axis(made, chosen[..., None], 1, axis=-1)
        return made
