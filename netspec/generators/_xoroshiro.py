"""ND4J's generator of 0.7.2 to 1.0.0-beta3: words of xoroshiro128+ in a row, of which every operation takes as many as it has values.

Sources: Blackman & Vigna, ACM TOMS 47(4), 2021, with the constants 55, 14, 36; libnd4j, `helpers/helper_random.h`.
"""

import numpy as np

from netspec.generators._numbers import LONG, Array, Format, box_muller


class Xoroshiro:
    """A stream of arrays. beta2 and beta3 turn words into single precision first; in beta3 a pair stands half an array apart, not side by side."""

    def __init__(self, seed: int, *, single: bool = False, halves: bool = False) -> None:
        self.state: tuple[int, ...] = (_mixed(seed & LONG), _mixed((seed * 119 + 3) & LONG))
        self._single, self._halves = single, halves
        self._least = 1e-5 if halves else float(np.float32(1e-5))
        """Added to what goes under a logarithm."""

    def uniform(self, count: int, dtype: Format) -> Array:
        """Numbers in [0, 1]."""
        return self._units(count, 0, dtype)

    def normal(self, count: int, dtype: Format) -> Array:
        """Of an odd count the last value's partner is looked at but not used up."""
        least = dtype(self._least)
        units = least + self._units(count, count % 2, dtype) * (dtype(1) - least)
        pairs = box_muller(*(units.reshape(2, -1) if self._halves else units.reshape(-1, 2).T))
        return (np.concatenate(pairs) if self._halves else np.stack(pairs, 1).ravel())[:count]

    def _units(self, count: int, ahead: int, dtype: Format) -> Array:
        kind: Format = np.float32 if self._single else dtype
        words: Array = np.array(self._words(count, ahead), np.uint64).astype(kind)
        return (words / kind(LONG)).astype(dtype)

    def _words(self, count: int, ahead: int) -> list[int]:
        """The next words; those `ahead` stay for the next draw."""
        words, (first, second) = list[int](), self.state
        for number in range(count + ahead):
            if number == count:
                self.state = first, second
            words.append((first + second) & LONG)
            second ^= first
            first = (first << 55 & LONG | first >> 9) ^ second ^ (second << 14 & LONG)
            second = second << 36 & LONG | second >> 28
        if not ahead:
            self.state = first, second
        return words


def _mixed(word: int) -> int:
    """A step of splitmix64."""
    word = (word + 0x9E3779B97F4A7C15) & LONG
    word = ((word ^ word >> 30) * 0xBF58476D1CE4E5B9) & LONG
    word = ((word ^ word >> 27) * 0x94D049BB133111EB) & LONG
    return word ^ word >> 31
