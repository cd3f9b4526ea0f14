"""ND4J's generator of 0.5.0 and 0.6.0: the Mersenne Twister of commons-math, numbers of 52 bits.

Source: Apache Commons Math 3, `MersenneTwister` and `BitsStreamGenerator`.
"""

import numpy as np

from netspec.generators._numbers import Array, Format, box_muller

_INT = (1 << 32) - 1


class Twister:
    """A stream of arrays; a sine that is left over begins the next array of normal numbers."""

    def __init__(self, seed: int) -> None:
        self._random = np.random.RandomState([seed >> 32 & _INT, seed & _INT])
        self._left = np.empty(0)

    @property
    def state(self) -> tuple[int, ...]:
        """Place, whether a normal number is left over, its bits, and the generator's words."""
        _, words, place, *_ = self._random.get_state()
        return int(place), len(self._left), int(np.resize(self._left, 1).view(np.uint64)[0]), *map(int, words)

    @state.setter
    def state(self, words: tuple[int, ...]) -> None:
        place, left, bits, *key = words
        self._random.set_state(("MT19937", np.array(key, np.uint32), place, 0, 0.0))
        self._left = np.array([bits], np.uint64).view(np.float64)[:left]

    def uniform(self, count: int, dtype: Format) -> Array:
        """Numbers in [0, 1)."""
        return self._doubles(count).astype(dtype)

    def normal(self, count: int, dtype: Format) -> Array:
        """Pairs side by side, the angle drawn before the radius."""
        pairs = self._doubles(2 * ((count - len(self._left) + 1) // 2)).reshape(-1, 2)
        values = np.concatenate([self._left, np.stack(box_muller(pairs[:, 1], pairs[:, 0]), 1).ravel()])
        self._left = values[count:]
        return values[:count].astype(dtype)

    def _doubles(self, count: int) -> Array:
        words = self._random.randint(0, 1 << 32, 2 * count, np.uint32).astype(np.uint64) >> np.uint64(6)
        return (words[::2] << np.uint64(26) | words[1::2]) * 2.0**-52
