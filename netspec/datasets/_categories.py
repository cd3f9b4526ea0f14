"""Words as numbers: the different values of a training column, sorted, and each row's place among them."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isinf
from typing import TYPE_CHECKING

from netspec.datasets._cell import number_in
from netspec.datasets._table import Table
from netspec.errors import DataError
from netspec.words import listed

if TYPE_CHECKING:
    from numpy import ndarray

Key = float | str


@dataclass(frozen=True)
class Categories:
    """Values in order: as numbers where all of them are (so `1` and `1.0` are one), else as text."""

    keys: tuple[Key, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """What the values are called."""
        return tuple(f"{key:.0f}" if isinstance(key, float) and key.is_integer() else str(key) for key in self.keys)

    def places(self, table: Table, at: int) -> "ndarray":
        """Each row's place among the values (N, int64).

        Raises: DataError for a value that the training file does not have.
        """
        import numpy as np

        words, index = table.words[at], {key: place for place, key in enumerate(self.keys)}
        places = []
        for word, line in zip(words.known, words.first_lines, strict=True):
            place = index.get(_finite(word) if isinstance(self.keys[0], float) else word)  # type: ignore[arg-type]  # no value is called None
            if place is None:
                raise table.refused(line, at, "must be a value that the training file has too", word, f"there it is {listed(self.names[:20])}")
            places.append(place)
        found: ndarray = np.array(places, np.int64)[np.array(words.codes)]
        return found


def categories_of(tables: Sequence[Table], at: int) -> Categories:
    """The values of a training column, which may go on over several files."""
    words = [word for table in tables for word in table.words[at].known]
    numbers = [number for word in words if (number := _finite(word)) is not None]
    keys: set[Key] = set(numbers) if len(numbers) == len(words) else set(words)
    return Categories(tuple(sorted(keys)))


def classes_of(tables: Sequence[Table], at: int) -> Categories:
    """The values of the label column, which must be fit to be classes."""
    classes = categories_of(tables, at)
    for table in tables:
        fraction = next((word for word in table.words[at].known if (number := _finite(word)) is not None and not number.is_integer()), None)
        if isinstance(classes.keys[0], float) and fraction:
            line = table.words[at].line_of(fraction)
            raise table.refused(line, at, "must be a class, a word or whole number", fraction, "`task: regression` takes numbers as labels")
    if len(classes.keys) == 1:
        where = tables[0].path if len(tables) == 1 else tables[0].path.parent
        raise DataError(f"{where}: {tables[0].columns.called(at)} must have at least two classes, got only {classes.names[0]}")
    return classes


def _finite(word: str) -> float | None:
    number = number_in(word)
    return None if number is None or isinf(number) else number
