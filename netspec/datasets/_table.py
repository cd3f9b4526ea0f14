"""Cells of a CSV file as numbers and words, read once, row by row, without keeping the text."""

from array import array
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, Self

from netspec.datasets._cell import number_in
from netspec.datasets._columns import Columns
from netspec.datasets._records import records
from netspec.errors import DataError
from netspec.words import shown

if TYPE_CHECKING:
    from numpy import ndarray


@dataclass
class Words:
    """A column of words: each different one is kept once."""

    codes: "array[int]" = field(default_factory=lambda: array("q"))
    """For each row, the number of its word, in order of first appearance."""

    known: dict[str, int] = field(default_factory=dict)
    first_lines: list[int] = field(default_factory=list)
    """The line where each word stands first."""

    def add(self, word: str, line: int) -> None:
        """The next row's word."""
        code = self.known.setdefault(word, len(self.known))
        if code == len(self.first_lines):
            self.first_lines.append(line)
        self.codes.append(code)

    def line_of(self, word: str) -> int:
        """The line where a word stands first."""
        return self.first_lines[self.known[word]]


class Table:
    """The cells of some columns of one file."""

    for_words = "list a column of words in `categorical`"
    """What to do about a word where a number must be."""

    def __init__(self, path: Path, columns: Columns, numeric: list[int], words: list[int]) -> None:
        self.path, self.columns, self.numeric = path, columns, numeric
        self.words = {at: Words() for at in words}
        self._lines, self._numbers = array("q"), array("d")

    def __len__(self) -> int:
        return len(self._lines)

    def read(self, separator: str) -> Self:
        """Fill it from the file.

        Raises: DataError by line and column.
        """
        rows = records(self.path, separator)
        if self.columns.names is not None:
            next(rows, None)
        for line, cells in rows:
            self._add(line, cells)
        if not self:
            raise DataError(f"{self.path}: must hold rows{' below the header' if self.columns.names else ''}, got none")
        return self

    def _add(self, line: int, cells: list[str]) -> None:
        if len(cells) != self.columns.width:
            help = "cells that hold the separator stand in quotes; a number has a decimal point, not a comma"
            raise DataError(f"{self.path}:{line}: must have {self.columns.width} cells like the first line, got {len(cells)}", help=help)
        chosen = [cells[at] for at in self.numeric]
        try:
            self._numbers.extend(map(float, chosen))  # faster than asking cell by cell
        except ValueError:
            self._refuse_number(line, cells)
        if "_" in "".join(chosen):
            self._refuse_number(line, cells)
        self._lines.append(line)
        for at, words in self.words.items():
            words.add(self._word(line, at, cells[at].strip()), line)

    def _word(self, line: int, at: int, word: str) -> str:
        if word.lower() in {"", "nan"}:
            raise self.refused(line, at, "must not be empty" if not word else "must be a value", word or None, "fill in the value, or remove the row")
        return word

    def _refuse_number(self, line: int, cells: list[str]) -> NoReturn:
        at = next(at for at in self.numeric if number_in(cells[at]) is None)
        cell = cells[at].strip()
        if not cell:
            raise self.refused(line, at, "must not be empty", None, "fill in the value, or remove the row")
        raise self.refused(line, at, "must be a number", cell, self._advice(line, at, cell))

    def _advice(self, line: int, at: int, cell: str) -> str:
        if number_in(cell.replace(",", ".")) is not None:
            return "a number has a decimal point, not a comma"
        if line == 1:
            return "write `header: true` if the first line names the columns"
        if at in self.columns.labels:
            return "`task: classification` takes words as labels"
        return self.for_words

    def refused(self, line: int, at: int, rule: str, got: object, help: str) -> DataError:
        """An error about one cell."""
        found = "" if got is None else f", got {shown(got)}"
        return DataError(f"{self.path}:{line}: {self.columns.called(at)} {rule}{found}", help=help)

    def numbers(self) -> "ndarray":
        """The numeric columns, N×K float32."""
        import numpy as np

        exact = np.array(self._numbers).reshape(len(self), len(self.numeric))
        with np.errstate(over="ignore"):
            values = exact.astype(np.float32)
        wrong = np.argwhere(~np.isfinite(values))
        if len(wrong):
            row, column = wrong[0]
            raise self.refused(
                self._lines[row], self.numeric[column], "must be a finite number of float32", float(exact[row, column]), "fill in the value, or remove the row"
            )
        return values
