"""Tables in CSV files.

Every column but the labels is a feature: a number, or a category that becomes one column of 0 and 1 for each of its
values. Spaces around cells are not part of them. A missing value is an error, because there is no guess that everybody wants.
"""

from collections.abc import Callable, Mapping
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple, Self, TypeVar

from pydantic import BeforeValidator, model_validator

from netspec.component import refuse, unset
from netspec.datasets import DataSet, Description, Examples, Loaded, Places
from netspec.datasets._categories import Categories, categories_of, classes_of
from netspec.datasets._columns import Columns, choose, with_features
from netspec.datasets._files import already_described, existing_file
from netspec.datasets._label_columns import FeatureColumns, LabelColumns, Task, Tasks, listed_columns
from netspec.datasets._records import MOST_COLUMNS, first_record
from netspec.datasets._table import Table
from netspec.datasets._table_words import Column, Separator
from netspec.errors import DataError, Refused
from netspec.named import Named, each, every
from netspec.shapes import FeedForward

if TYPE_CHECKING:
    from numpy import ndarray


T = TypeVar("T")


def _columns(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else (value,) if isinstance(value, int | str) else value


class Csv(DataSet):
    """A table in a CSV file: one example a row, one column of them the label, or several."""

    type: Literal["csv"] = "csv"

    path: str
    """The file, relative to the spec's folder; text in UTF-8."""

    test_path: str = unset()
    """A second file of the same columns, for the test."""

    label: LabelColumns = -1
    """Name or index (from 0; -1 is the last) of the column to predict; a list for several numbers. Of several outputs, by name: {kind: a, size: [b, c]}."""

    features: FeatureColumns = unset()
    """Names or indices of the columns to predict from; all but the labels when nothing is said. Of several inputs, by name: {left: [a, b], right: c}."""

    header: bool = True
    """Whether the first line names the columns."""

    separator: Separator = ","
    """The character between two cells; a tab is "\\t"."""

    categorical: Annotated[tuple[Column, ...], BeforeValidator(_columns)] = ()
    """Names or indices of feature columns that hold categories; each becomes as many columns of 0 and 1 as it has values, in sorted order."""

    task: Tasks = "classification"
    """Whether labels are classes (words or whole numbers, in sorted order) or numbers to come close to. Of several outputs, by name: {size: regression}."""

    @model_validator(mode="after")
    def _each_label(self) -> Self:
        names = list(self.label) if isinstance(self.label, Mapping) else []
        if isinstance(self.task, Mapping) and (strange := [name for name in self.task if name not in names]):
            raise refuse("must be a name that label has", at=("task", strange[0]), got=strange[0])
        for name, task in zip(names or [""], every(self._tasks), strict=True):
            said = self.label[name] if isinstance(self.label, Mapping) else self.label
            if task == "classification" and isinstance(said, tuple):
                help_ = "task: {" + name + ": regression} is for numbers" if name else "task: regression is for numbers"
                raise refuse("must be one column, the class", at=("label", name) if name else ("label",), got=list(said), help=help_)
        return self

    @property
    def _tasks(self) -> Named[Task]:
        """What the labels of each output are."""
        said = self.task
        if isinstance(self.label, Mapping):
            return {name: said.get(name, "classification") if isinstance(said, Mapping) else said for name in self.label}
        return "classification" if isinstance(said, Mapping) else said

    def describe(self, places: Places) -> Description:
        """Read the header; the rows only where there are categories, or a test file to count."""
        path = existing_file(self.path, places)
        columns = self._choose(path)
        encodings = self._encodings(self._table(path, columns, [], sorted(columns.categorical))) if columns.categorical else {}
        test = self._test_path(places, columns)
        count = len(self._table(test, columns, [], [])) if test else None
        targets = self._each(columns, lambda task, places: len(places) if task == "regression" else None)
        shapes = each(lambda places: FeedForward(_width(path, places, encodings)), columns.by_input)
        return Description(shapes, targets=targets, test=count)

    def load(self, places: Places) -> Loaded:
        """Read the file, and the test file by the training file's categories and classes."""
        path = existing_file(self.path, places)
        with already_described():
            columns = self._choose(path)
            test_path = self._test_path(places, columns)
        train = self._cells(path, columns)
        encodings = self._encodings(train)
        outputs = self._each(columns, lambda task, places: _Label(places, classes_of([train], places[0]) if task == "classification" else None))
        _width(path, tuple(columns.features), encodings)
        test = _examples(self._cells(test_path, columns), encodings, outputs) if test_path else None
        return Loaded(_examples(train, encodings, outputs), test, each(lambda label: label.classes.names if label.classes else (), outputs))

    def _each(self, columns: Columns, make: Callable[[Task, tuple[int, ...]], T]) -> Named[T]:
        """Of each output, from what its labels are and where they stand."""
        places = iter(columns.labels)
        tasks: list[Task] = every(self._tasks)
        found = [make(task, tuple(islice(places, len(said)))) for task, said in zip(tasks, every(listed_columns(self.label)), strict=True)]
        return dict(zip(self.label, found, strict=True)) if isinstance(self.label, Mapping) else found[0]

    def _choose(self, path: Path) -> Columns:
        first = first_record(path, self.separator)
        if len(first) == 1 and (other := next((sign for sign in ";\t,|" if sign in first[0]), None)):
            sign = '"\\t"' if other == "\t" else f'"{other}"'
            raise Refused(
                "separator", f"must be what stands between the columns of {path.name}", got=self.separator, help=f"its first line suggests separator: {sign}"
            )
        columns = choose(path, first, [column for said in every(listed_columns(self.label)) for column in said], self.categorical, self.header)
        return with_features(columns, self.features) if self.features else columns

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
        classes = every(self._each(columns, lambda task, places: places if task == "classification" else ()))
        words = {*columns.categorical, *(at for places in classes for at in places)}
        wanted = sorted({*columns.features, *columns.labels})
        return self._table(path, columns, [at for at in wanted if at not in words], sorted(words))

    def _encodings(self, train: Table) -> dict[int, Categories]:
        return {at: categories_of([train], at) for at in sorted(train.columns.categorical)}


def _width(path: Path, places: tuple[int, ...], encodings: dict[int, Categories]) -> int:
    width = sum(len(encodings[at].keys) if at in encodings else 1 for at in places)
    if width > MOST_COLUMNS:
        raise DataError(f"{path}: must make at most {MOST_COLUMNS:,} features, got {width:,} with the categories")
    return width


class _Label(NamedTuple):
    """The labels of one output."""

    places: tuple[int, ...]
    """Their columns."""

    classes: Categories | None


def _examples(table: Table, encodings: dict[int, Categories], outputs: Named[_Label]) -> Examples:
    numbers, column = table.numbers(), {at: column for column, at in enumerate(table.numeric)}

    def of_input(places: tuple[int, ...]) -> "ndarray":
        import numpy as np

        if not any(at in encodings for at in places):
            return np.asarray(numbers[:, [column[at] for at in places]])
        return np.concatenate([_one_hot(encodings[at], table, at) if at in encodings else numbers[:, [column[at]]] for at in places], axis=1)

    labels = each(lambda label: label.classes.places(table, label.places[0]) if label.classes else numbers[:, [column[at] for at in label.places]], outputs)
    return Examples(each(of_input, table.columns.by_input), labels)


def _one_hot(categories: Categories, table: Table, at: int) -> "ndarray":
    import numpy as np

    columns: ndarray = np.eye(len(categories.keys), dtype=np.float32)[categories.places(table, at)]
    return columns
