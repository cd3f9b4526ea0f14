"""The length of a vector, between 0 and 1, its direction kept."""

from torch import Tensor

SMALLEST = 1e-5
"""Added to the squared length before the root: DL4J's."""


def squash(vectors: Tensor) -> Tensor:
    """x·|x|²/((1 + |x|²)·√(|x|² + 1e-5)), along the last axis. Shape: any → the same."""
    squared = (vectors * vectors).sum(-1, keepdim=True)
    return vectors * (squared / ((1 + squared) * (squared + SMALLEST).sqrt()))
