"""Sequences of different lengths as one array: zeros where there is nothing, and a mask that says so."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from numpy import ndarray


def padded(sequences: "Sequence[ndarray]", steps: int, starts: Sequence[int] | None = None) -> "tuple[ndarray, ndarray | None]":
    """Arrays Tᵢ×… at their starts (0 when nothing is said) in one of N×T×…; and 1 where they are, None where they are everywhere."""
    import numpy as np

    whole = np.zeros((len(sequences), steps, *sequences[0].shape[1:]), sequences[0].dtype)
    mask = np.zeros((len(sequences), steps), np.uint8)
    for row, (sequence, start) in enumerate(zip(sequences, starts or [0] * len(sequences), strict=True)):
        whole[row, start : start + len(sequence)] = sequence
        mask[row, start : start + len(sequence)] = 1
    return whole, None if mask.all() else mask
