"""How numbers lie in DL4J's flat parameter vector, and which array of the module they are: one row for both directions."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import prod
from typing import Any, Literal

import torch
from torch import Tensor

from netspec.interop.dl4j.eras import Era

OLD_LAYOUT = "old_layout"
"""The fact of a layer whose numbers lie as its class had them in an older release."""

MASK_OF = "mask_of"
"""The fact of which input of the network a vertex takes the mask."""

LOGARITHMS = "logarithms"
"""The fact of a layer whose deviations were read from these."""

Meaning = Literal["plain", "log10_stdev"]


@dataclass(frozen=True)
class Piece:
    """A run of numbers in the vector."""

    name: str
    """DL4J's: W, b, gamma."""

    array: str
    """Name of the parameter or buffer in the layer's module."""

    lies: tuple[int, ...]
    """Sizes of the numbers as they lie, the last running fastest."""

    axes: tuple[int, ...] = ()
    """The array's axes, each as the number of the axis in `lies`; the same order when empty."""

    shape: tuple[int, ...] = ()
    """The array's, where it is not that of the axes."""

    blocks: tuple[int, ...] = ()
    """Blocks along the array's first axis, each as the number of the block in `lies`; the same order when empty."""

    statistic: bool = False
    """True for running statistics: no gradient, no updater."""

    meaning: Meaning = "plain"
    shift: float = 0.0
    """What the vector's numbers hold beyond the array's."""

    known: tuple[float, ...] = ()
    """Logarithms that the array was read from: several round to the same array, and an export writes these while they do."""

    @property
    def size(self) -> int:
        """How many numbers it has."""
        return prod(self.lies)

    def read(self, numbers: Tensor) -> Tensor:
        """The array, from the vector's numbers."""
        values = 10.0 ** (2 * numbers.double()) if self.meaning == "log10_stdev" else numbers.double() - self.shift if self.shift else numbers
        laid = _rearranged(values.reshape(self.lies), self.blocks)
        return (laid.permute(self.axes) if self.axes else laid).reshape(self.shape or tuple(self.lies[axis] for axis in self.axes) or self.lies)

    def write(self, array: Tensor) -> Tensor:
        """The vector's numbers, from the array."""
        apart = array.reshape(tuple(self.lies[axis] for axis in self.axes)) if self.axes else array
        laid = apart.permute(tuple(self.axes.index(axis) for axis in range(len(self.axes)))) if self.axes else array
        values = _rearranged(laid, tuple(self.blocks.index(number) for number in range(len(self.blocks)))).reshape(-1)
        if self.meaning == "log10_stdev":
            known = torch.tensor(self.known, dtype=array.dtype)
            if self.known and torch.equal(self.read(known).to(array.dtype), array.cpu()):
                return known
            return (0.5 * torch.log10(values.double())).to(array.dtype)
        return values + self.shift if self.shift else values


def _rearranged(array: Tensor, blocks: tuple[int, ...]) -> Tensor:
    """Blocks along the first axis, in this order."""
    return array.reshape(len(blocks), -1)[list(blocks)].reshape(array.shape) if blocks else array


@dataclass(frozen=True)
class Layout:
    """What the order of numbers depends on beside the layers themselves."""

    era: Era = Era.M2_1
    facts: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """By node: what its layer's object in the file said that a spec has no word for."""

    def fact(self, node: str, key: str, default: Any) -> Any:
        """One of these facts."""
        return self.facts.get(node, {}).get(key, default)
