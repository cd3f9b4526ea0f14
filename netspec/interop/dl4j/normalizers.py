"""How DL4J scales features and labels, and the spec's `normalize` that means the same.

DL4J sets a normalizer on what feeds the network, so a network's own `output()` never uses it: nor does `predict` here, unless the spec names
data. `features` and `revert_labels` do it by hand.
"""

from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netspec.interop.dl4j.report import Report
from netspec.shapes import Recurrent, Shape, features

Array = NDArray[Any]
_PLACE = "normalizer.bin"
_NEARLY_CONSTANT = 1e-5
"""Deviations up to here count as 1 in DL4J: it fits 1e-5 to a constant column, and replaces that at the first transform."""


@dataclass(frozen=True)
class Statistics:
    """How one array is scaled: to mean 0 and deviation 1, or from its range to another."""

    first: Array
    """Means, or least values."""

    second: Array
    """Deviations, or largest values."""

    target: tuple[float, float] | None = None
    """What least and largest value become; None for means and deviations."""

    def said(self) -> dict[str, Any]:
        """The transform as a spec says it."""
        if self.target is None:
            return {"type": "standardize", "mean": _plain(self.first), "std": _plain(self._deviation)}
        bounds = {name: value for name, value, usual in zip(("low", "high"), self.target, (0.0, 1.0), strict=True) if value != usual}
        return {"type": "scale", "min": _plain(self.first), "max": _plain(self.second)} | bounds

    def transform(self, array: Array, mask: Array | None = None) -> Array:
        """The array scaled; features are its second axis, as in DL4J, and masked steps become 0."""
        factor, offset = self._affine()
        return _masked(array * _against(factor, array) + _against(offset, array), mask)

    def revert(self, array: Array, mask: Array | None = None) -> Array:
        """The array as it was before scaling."""
        factor, offset = self._affine()
        return _masked((array - _against(offset, array)) / _against(factor, array), mask)

    @property
    def _deviation(self) -> Array:
        return np.where(self.second <= _NEARLY_CONSTANT, np.ones_like(self.second), self.second)

    def _affine(self) -> tuple[Array, Array]:
        first, second = self.first.astype(np.float64), self.second.astype(np.float64)
        if self.target is None:
            deviation = self._deviation.astype(np.float64)
            return 1 / deviation, -first / deviation
        low, high = self.target
        factor = (high - low) / (second - first)
        return factor, low - first * factor


@dataclass(frozen=True)
class Normalizer:
    """What a model file says of how its examples are scaled; arrays are DL4J's: N×C, N×C×T, N×C×H×W."""

    strategy: str
    inputs: tuple[Statistics | None, ...]
    """By input; None for one that is left as it is."""

    outputs: tuple[Statistics | None, ...] = ()
    """By output; empty where labels are left as they are."""

    def features(self, array: Array, mask: Array | None = None, *, input: int = 0) -> Array:
        """Features as the network is to be given them; `input` counts the network's inputs."""
        return _scaled(self.inputs, input, array, mask)

    def labels(self, array: Array, mask: Array | None = None, *, output: int = 0) -> Array:
        """Labels as the network was trained on them."""
        return _scaled(self.outputs, output, array, mask)

    def revert_labels(self, array: Array, mask: Array | None = None, *, output: int = 0) -> Array:
        """Predictions in the labels' own units."""
        found = self.outputs[output] if self.outputs else None
        return found.revert(array, mask) if found else array


def _scaled(statistics: tuple[Statistics | None, ...], index: int, array: Array, mask: Array | None) -> Array:
    found = statistics[index] if statistics else None
    return found.transform(array, mask) if found else array


def _masked(array: Array, mask: Array | None) -> Array:
    return array if mask is None else array * mask.reshape(len(mask), *[1] * (array.ndim - mask.ndim), *mask.shape[1:])


def _against(values: Array, array: Array) -> Array:
    return values.reshape(1, -1, *[1] * (array.ndim - 2))


def _plain(values: Array) -> list[float] | float:
    """The shortest decimals that give the stored numbers again; one number alone where there is one."""
    found = [float(str(value)) for value in values]
    return found[0] if len(found) == 1 else found


def most_bytes(shapes: list[Shape]) -> int:
    """How large the entry can be for these inputs and outputs: two arrays of at most one double for each value, and their heads."""
    return sum(4096 + 2 * 8 * prod(size for size in shape.dims if size is not None) for shape in shapes)


def said_of(normalizer: Normalizer, shapes: list[Shape]) -> dict[str, Any] | None:
    """The spec's `normalize`; None where a spec has no word for it."""
    one = normalizer.inputs[0] if normalizer.inputs else None
    if one is None or len(shapes) != 1 or len(normalizer.inputs) != 1 or not _fits(one, shapes[0]):
        return None
    return one.said()


def _fits(one: Statistics, shape: Shape) -> bool:
    """Whether there is a number for all, one for each feature or channel, or one for each value."""
    each = 0 if isinstance(shape, Recurrent) else prod(size for size in shape.dims if size is not None)
    return one.first.size in {1, features(shape), each}


def note_normalizer(normalizer: Normalizer, shapes: list[Shape], report: Report) -> None:
    """Note what is done with a normalizer."""
    if said_of(normalizer, shapes):
        report.note("read", f"{normalizer.strategy}: how features of `data` are scaled; predict() takes them scaled, as DL4J's output() does", _PLACE)
    else:
        report.note("left out", f"{normalizer.strategy}, which a spec has no word for here: `normalizer` of the model does it, an export has it again", _PLACE)
    if normalizer.outputs:
        report.note("left out", "the scaling of labels: predictions are in scaled units, which revert_labels() of the model's normalizer undoes", _PLACE)
