"""Truncated back-propagation through time: the `tbptt:` block."""

from typing import Self

from pydantic import model_validator

from netspec.component import Frozen, refuse, unset
from netspec.fields import Size


class Truncation(Frozen):
    """How a sequence is cut into windows, each of which is one update: the `tbptt:` block.

    Recurrent layers begin a window with the state in which they ended the one before; errors do not go back into it. Layers without such a
    state see each window as a sequence of its own. DL4J's BackpropType.TruncatedBPTT. Source: Williams & Peng, Neural Computation 2, 1990.
    """

    forward: Size
    """Steps of a window; the last one of a sequence may be shorter."""

    backward: Size = unset()
    """Steps that an error goes back at most, counted in pieces from the end of the window; as many as forward when nothing is said."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.backward is not None and self.backward > self.forward:
            raise refuse(f"must be at most forward ({self.forward})", at=("backward",), got=self.backward)
        return self

    @property
    def reach(self) -> int:
        """Steps that an error goes back at most."""
        return self.backward or self.forward

    def windows(self, steps: int) -> list[list[tuple[int, int]]]:
        """First step and end of the pieces of each window, over so many steps.

        >>> Truncation(forward=5, backward=2).windows(8)
        [[(0, 1), (1, 3), (3, 5)], [(5, 6), (6, 8)]]
        """
        return [self._pieces(start, min(start + self.forward, steps)) for start in range(0, steps, self.forward)]

    def _pieces(self, start: int, end: int) -> list[tuple[int, int]]:
        ends = sorted(range(end, start, -self.reach))
        return list(zip([start, *ends[:-1]], ends, strict=True))
