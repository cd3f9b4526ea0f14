"""Which columns of a CSV file are the label, categories and numbers, decided from its first record."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

from netspec.datasets._cell import number_in
from netspec.errors import DataError, Refused
from netspec.named import Named, each, every
from netspec.words import listed, nearest

Column = int | str


@dataclass(frozen=True)
class Columns:
    """The columns of a file, by index from 0."""

    names: tuple[str, ...] | None
    """What the header calls them; None without a header."""

    width: int
    labels: tuple[int, ...]
    categorical: frozenset[int]
    inputs: Named[tuple[int, ...]] | None = None
    """The features that were chosen; of several inputs, each one's own. None: every column but the labels."""

    @property
    def label(self) -> int:
        """The only label, or the first; -1 where there is none."""
        return self.labels[0] if self.labels else -1

    @property
    def features(self) -> list[int]:
        """Every column but the labels, in the file's order, or those that were chosen."""
        if self.inputs is not None:
            return [at for places in every(self.inputs) for at in places]
        return [at for at in range(self.width) if at not in self.labels]

    @property
    def by_input(self) -> Named[tuple[int, ...]]:
        """The features; of several inputs, each one's own."""
        return tuple(self.features) if self.inputs is None else self.inputs

    def called(self, at: int) -> str:
        """The column as a message names it."""
        return f'column "{self.names[at]}"' if self.names and self.names[at] else f"column {at}"


def choose(path: Path, first: Sequence[str], label: Column | Sequence[Column], categorical: Sequence[Column], header: bool) -> Columns:
    """The columns of the file whose first record is `first`, with one label or several.

    Raises: Refused when a field does not fit the file; DataError when there is no feature.
    """
    names = tuple(cell.strip() for cell in first) if header else None
    said = [label] if isinstance(label, int | str) else list(label)
    labels = [_find(column, "label", names, len(first)) for column in said]
    chosen = [_find(column, "categorical", names, len(first)) for column in categorical]
    if len(set(labels)) < len(labels):
        raise Refused("label", "must name each column once", got=said)
    if set(labels) & set(chosen) or len(set(chosen)) < len(chosen):
        raise Refused("categorical", "must name each column once, and not the label", got=list(categorical))
    if len(first) == len(labels):
        raise DataError(f"{path}: must have a column beside the label, got {'one column' if len(first) == 1 else f'{len(first)} columns'}")
    return _checked(path, Columns(names, len(first), tuple(labels), frozenset(chosen)))


def with_features(columns: Columns, said: Named[tuple[Column, ...]]) -> Columns:
    """The same with these features only. Raises: Refused when one is not there, is a label, or is said twice in one input."""
    inputs = each(lambda chosen: tuple(_find(column, "features", columns.names, columns.width) for column in chosen), said)
    found = replace(columns, inputs=inputs)
    if set(found.features) & set(columns.labels):
        raise Refused("features", "must not name a label")
    if any(len(set(places)) < len(places) for places in every(inputs)):
        raise Refused("features", "must name each column once")
    if strange := sorted(columns.categorical - set(found.features)):
        raise Refused("categorical", "must be among the features", got=columns.names[strange[0]] if columns.names else strange[0])
    return found


def all_columns(path: Path, first: Sequence[str], header: bool) -> Columns:
    """The columns of a file without a label.

    Raises: Refused when `header` does not fit the file.
    """
    return _checked(path, Columns(tuple(cell.strip() for cell in first) if header else None, len(first), (), frozenset()))


def _checked(path: Path, columns: Columns) -> Columns:
    if columns.names and _like_data([columns.names[feature] for feature in columns.features]):
        raise Refused("header", f"must be false: the first line of {path.name} holds numbers", help="true means that the first line names the columns")
    return columns


def _find(said: Column, field: str, names: tuple[str, ...] | None, width: int) -> int:
    if isinstance(said, int):
        return _by_index(said, field, width)
    if names is None:
        raise Refused(field, "must be an index where there is no header", got=said, help="columns count from 0; -1 is the last")
    if names.count(said) > 1:
        raise Refused(field, "must be the name of one column, several are called that", got=said, help="give its index, from 0")
    if said not in names:
        close = nearest(said, names)
        raise Refused(field, "must be a column of the file", got=said, help=f"did you mean `{close}`?" if close else f"one of {listed(names[:20])}")
    return names.index(said)


def _by_index(said: int, field: str, width: int) -> int:
    if not -width <= said < width:
        raise Refused(field, f"must be an index from {-width} to {width - 1}, the file has {width} columns", got=said)
    return said % width


def _like_data(names: list[str]) -> bool:
    """Numbers can be names (indices, years, wavelengths): whole ones that differ, or several that rise."""
    numbers = [number for name in names if (number := number_in(name)) is not None]
    if len(numbers) < len(names):
        return False
    rising = len(numbers) > 1 and all(low < high for low, high in pairwise(numbers))
    return not rising and (len(set(numbers)) < len(numbers) or not all(number.is_integer() for number in numbers))
