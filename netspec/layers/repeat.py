"""A block of layers, several times over."""

from typing import Annotated, Literal

from pydantic import Field

from netspec.blocks import Block, Chain
from netspec.shapes import KINDS

MOST_TIMES = 1000


class Repeat(Block):
    """f(…f(f(x))): copies of a block of layers, one behind the other, each with weights of its own. Shape: what the layers make of it, over and over."""

    type: Literal["repeat"] = "repeat"
    takes = KINDS

    times: Annotated[int, Field(gt=0, le=MOST_TIMES)]
    """How many copies."""

    def chains(self) -> tuple[Chain, ...]:
        """Copies, numbered from 1; each takes the one before."""
        return tuple(Chain("layers", str(number + 1), number - 1 if number else None) for number in range(self.times))
