"""java.util.Random, as far as shuffling needs it. Source: the Java platform's specification of the class."""

_BITS = (1 << 48) - 1
_FACTOR, _SUMMAND = 0x5DEECE66D, 0xB


class JavaRandom:
    """48 bits of linear congruence; `seed` is a Java long."""

    def __init__(self, seed: int) -> None:
        self._state = (seed ^ _FACTOR) & _BITS

    def below(self, bound: int) -> int:
        """`nextInt(bound)`, for a bound of at most 2³¹ − 1."""
        while True:
            self._state = (self._state * _FACTOR + _SUMMAND) & _BITS
            bits = self._state >> 17
            if bound & (bound - 1) == 0:
                return bound * bits >> 31
            value = bits % bound
            if bits - value + bound - 1 < 1 << 31:
                return value

    def shuffle(self, order: list[int]) -> None:
        """Fisher and Yates from the end, in place."""
        for last in range(len(order) - 1, 0, -1):
            other = self.below(last + 1)
            order[last], order[other] = order[other], order[last]
