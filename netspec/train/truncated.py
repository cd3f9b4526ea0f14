"""Sequences of a batch, cut into windows."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from torch import Tensor

from netspec.errors import DataError
from netspec.plan import Plan
from netspec.shapes import Recurrent
from netspec.truncation import Truncation

Arrays = Tensor | Mapping[str, Tensor] | None


@dataclass(frozen=True)
class Windows:
    """What is cut, and where."""

    truncation: Truncation
    inputs: frozenset[str]
    """Inputs that are sequences; others are given to each window whole."""

    outputs: frozenset[str]

    @classmethod
    def of(cls, plan: Plan) -> "Windows | None":
        """As the plan says; None where it trains on whole sequences."""
        sequences = frozenset(name for name, shape in plan.inputs.items() if isinstance(shape, Recurrent))
        return cls(plan.tbptt, sequences, frozenset(plan.outputs)) if plan.tbptt else None

    def cut(self, features: Arrays, labels: Arrays, mask: Arrays = None, label_mask: Arrays = None) -> Iterator[list[tuple[Any, ...]]]:
        """The pieces of each window: features, labels, mask and label mask.

        Raises: DataError for sequences of different lengths.
        """
        arrays = ((features, self.inputs), (labels, self.outputs), (mask, self.inputs), (label_mask, self.outputs))
        for window in self.truncation.windows(_steps(*arrays[:2])):
            yield [tuple(_cut(values, names, *piece) for values, names in arrays) for piece in window]


def _steps(*arrays: tuple[Arrays, Collection[str]]) -> int:
    lengths = {values.shape[1] for each, names in arrays for name, values in _named(each) if not name or name in names}
    if len(lengths) > 1:
        raise DataError(f"features and labels must have as many steps, to be cut into windows, got {' and '.join(map(str, sorted(lengths)))}")
    return int(lengths.pop())


def _named(values: Arrays) -> list[tuple[str, Tensor]]:
    return list(values.items()) if isinstance(values, Mapping) else [("", values)] if values is not None else []


def _cut(values: Arrays, names: Collection[str], start: int, end: int) -> Arrays:
    if isinstance(values, Mapping):
        return {name: array[:, start:end] if name in names else array for name, array in values.items()}
    return None if values is None else values[:, start:end]
