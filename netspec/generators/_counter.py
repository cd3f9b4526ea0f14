"""ND4J's generator from 1.0.0-beta4 on: a number is a hash of the state and its place, so that a whole array is one expression.

Bits equal ND4J's; logarithm and cosine are rounded once from double precision, so that a value may differ in its last place.
Source: libnd4j, `graph/RandomGenerator.h` and `ops/special_random_ops.h`.
"""

import numpy as np

from netspec.generators._numbers import LONG, Array, Format, box_muller

_INT = (1 << 32) - 1
_NODE_SEED = -559038737
"""0xdeadbeef as a Java int, widened with its sign."""

_LEAST = 1e-5
"""Added to what goes under a logarithm."""

_REACH = 2
"""Standard deviations beyond which a truncated normal value is drawn again."""


class Counter:
    """A stream of arrays; `seed` is a Java long, negative ones included.

    `divided`: 1.0.0-beta4 to beta7 divide a word by the largest one in single precision, later releases take its upper 23 bits.
    """

    def __init__(self, seed: int, *, divided: bool = False) -> None:
        self.root, self.node = seed & LONG, (seed ^ _NODE_SEED) & LONG
        self._divided = divided

    @property
    def state(self) -> tuple[int, ...]:
        """The word that is the seed, and the one that moves on."""
        return self.root, self.node

    @state.setter
    def state(self, words: tuple[int, ...]) -> None:
        self.root, self.node = words

    def uniform(self, count: int, dtype: Format) -> Array:
        """Numbers in [0, 1), in single precision in either format."""
        drawn = self._at(np.arange(count), dtype)
        self._advance(count)
        return drawn

    def normal(self, count: int, dtype: Format) -> Array:
        """Cosines fill the first half, the sines of the same pairs the second."""
        half = (count + 1) // 2
        values = np.concatenate(self._pairs(np.arange(half), half, dtype))[:count]
        self._advance(count)
        return values

    def truncated_normal(self, count: int, mean: float, std: float, dtype: Format) -> Array:
        """N(mean, std²); what lies beyond two deviations is drawn once more, and set to the mean if that does too."""
        again = self._pairs(np.arange(count), (count + 1) // 2, dtype)[0] * dtype(std) + dtype(mean)
        values = self.normal(count, dtype) * dtype(std) + dtype(mean)
        for other in (again, np.full(count, dtype(mean) + np.finfo(dtype).tiny, dtype)):
            values = np.where(np.abs(values - dtype(mean)) > _REACH * abs(std), other, values)
        return values

    def binomial(self, count: int, trials: int, probability: float, dtype: Format) -> Array:
        """How many of `trials` succeed: trial t of value e looks at place (e + 1)·t."""
        places = np.arange(1, count + 1)
        succeeded = [self._at(places * trial, dtype) < probability for trial in range(1, trials + 1)]
        self._advance(count)
        counts: Array = np.array(succeeded).sum(axis=0, dtype=dtype)
        return counts

    def _pairs(self, places: Array, apart: int, dtype: Format) -> tuple[Array, Array]:
        """The two normal numbers of each place and the one `apart` behind it."""
        first, second = (dtype(_LEAST) + self._at(at, dtype) * (dtype(1) - dtype(_LEAST)) for at in (places, places + apart))
        return box_muller(first, second)

    def _at(self, places: Array, dtype: Format) -> Array:
        """The uniform numbers at these places."""
        at = places.astype(np.uint64) + np.uint64(2)
        first = np.uint64(self.root) | (at * np.uint64((self.node + 24243287) & LONG))
        second = np.uint64(self.node) ^ (at * (first + np.uint64(723829)))
        mixed = (first ^ second).astype(np.uint32) * np.uint32(0x9E3779BB)
        mixed = ((mixed << np.uint32(5)) | (mixed >> np.uint32(27))) * np.uint32(5)
        if self._divided:
            return (mixed.astype(np.float32) / np.float32(_INT)).astype(dtype)
        ones = (mixed >> np.uint32(9)) | np.uint32(0x3F800000)
        return (ones.view(np.float32) - np.float32(1)).astype(dtype)

    def _advance(self, count: int) -> None:
        """The state behind an operation on `count` values."""
        low, high = self.node & _INT, self.node >> 32
        high ^= low
        low = _turned(low, 26) ^ high ^ (high << 9 & _INT)
        self.node = (_turned(high, 13) << 32 | low) ^ count ^ (_NODE_SEED & _INT)


def _turned(word: int, bits: int) -> int:
    return (word << bits | word >> (32 - bits)) & _INT
