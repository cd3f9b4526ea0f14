"""Tables in CSV files.

Every column but the label is a feature: a number, or a category that becomes one column of 0 and 1 for each of its
values. Spaces around cells are not part of them. A missing value is an error, because there is no guess that everybody wants.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BeforeValidator

from netspec.component import unset
from netspec.datasets import DataSet, Description, Examples, Loaded, Places
from netspec.datasets._categories import Categories, categories_of, classes_of
from netspec.datasets._columns import Columns, choose
from netspec.datasets._files import already_described, existing_file
from netspec.datasets._records import MOST_COLUMNS, first_record
from netspec.datasets._table import Table
from netspec.datasets._table_words import Column, Separator
from netspec.errors import DataError, Refused
from netspec.shapes import FeedForward

if TYPE_CHECKING:
    from numpy import ndarray


def _columns(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else (value,) if isinstance(value, int | str) else value


class Csv(DataSet):
    """A table in a CSV file: one example a row, one column of them the label."""

    type: Literal["csv"] = "csv"

    path: str
    """The file, relative to the spec's folder; text in UTF-8."""

    test_path: str = unset()
    """A second file of the same columns, for the test."""

    label: Column = -1
    """Name or index (from 0; -1 is the last) of the column to predict."""

    header: bool = True
    """Whether the first line names the columns."""

    separator: Separator = ","
    """The character between two cells; a tab is "\\t"."""

    categorical: Annotated[tuple[Column, ...], BeforeValidator(_columns)] = ()
    """Names or indices of feature columns that hold categories; each becomes as many columns of 0 and 1 as it has values, in sorted order."""

    task: Literal["classification", "regression"] = "classification"
    """Whether labels are classes (words or whole numbers, in sorted order) or numbers to come close to."""

    def describe(self, places: Places) -> Description:
        """Read the header; the rows only where there are categories, or a test file to count."""
        path = existing_file(self.path, places)
        columns = self._choose(path)
        encodings = self._encodings(self._table(path, columns, [], sorted(columns.categorical))) if columns.categorical else {}
        test = self._test_path(places, columns)
        count = len(self._table(test, columns, [], [])) if test else None
        targets = 1 if self.task == "regression" else None
        return Description(FeedForward(self._width(path, columns, encodings)), targets=targets, test=count)

    def load(self, places: Places) -> Loaded:
        """Read the file, and the test file by the training file's categories and classes."""
        path = existing_file(self.path, places)
        with already_described():
            columns = self._choose(path)
            test_path = self._test_path(places, columns)
        train = self._cells(path, columns)
        encodings = self._encodings(train)
        classes = classes_of([train], columns.label) if self.task == "classification" else None
        self._width(path, columns, encodings)
        test = _examples(self._cells(test_path, columns), encodings, classes) if test_path else None
        return Loaded(_examples(train, encodings, classes), test, classes.names if classes else ())

    def _choose(self, path: Path) -> Columns:
        first = first_record(path, self.separator)
        if len(first) == 1 and (other := next((sign for sign in ";\t,|" if sign in first[0]), None)):
            sign = '"\\t"' if other == "\t" else f'"{other}"'
            raise Refused(
                "separator", f"must be what stands between the columns of {path.name}", got=self.separator, help=f"its first line suggests separator: {sign}"
            )
        return choose(path, first, self.label, self.categorical, self.header)

    def _test_path(self, places: Places, columns: Columns) -> Path | None:
        if not self.test_path:
            return None
        path = existing_file(self.test_path, places)
        first = first_record(path, self.separator)
        if columns.names is not None and tuple(cell.strip() for cell in first) != columns.names:
            raise DataError(f"{path}:1: must have the columns of {self.path}, in the same order")
        return path

    def _table(self, path: Path, columns: Columns, numeric: list[int], words: list[int]) -> Table:
        return Table(path, columns, numeric, words).read(self.separator)

    def _cells(self, path: Path, columns: Columns) -> Table:
        words = {*columns.categorical, *([columns.label] if self.task == "classification" else [])}
        return self._table(path, columns, [at for at in range(columns.width) if at not in words], sorted(words))

    def _encodings(self, train: Table) -> dict[int, Categories]:
        return {at: categories_of([train], at) for at in sorted(train.columns.categorical)}

    def _width(self, path: Path, columns: Columns, encodings: dict[int, Categories]) -> int:
        width = sum(len(encodings[at].keys) if at in encodings else 1 for at in columns.features)
        if width > MOST_COLUMNS:
            raise DataError(f"{path}: must make at most {MOST_COLUMNS:,} features, got {width:,} with the categories")
        return width


def _examples(table: Table, encodings: dict[int, Categories], classes: Categories | None) -> Examples:
    import numpy as np

    numbers, label = table.numbers(), table.columns.label
    place = {at: column for column, at in enumerate(table.numeric)}
    labels = classes.places(table, label) if classes else numbers[:, [place[label]]]
    if not encodings:
        return Examples(numbers[:, [place[at] for at in table.columns.features]], labels)
    blocks = [_one_hot(encodings[at], table, at) if at in encodings else numbers[:, [place[at]]] for at in table.columns.features]
    return Examples(np.concatenate(blocks, axis=1), labels)


def _one_hot(categories: Categories, table: Table, at: int) -> "ndarray":
    import numpy as np

    columns: ndarray = np.eye(len(categories.keys), dtype=np.float32)[categories.places(table, at)]
    return columns
