"""Sequences in CSV files, one in each file and a step in each line.

Labels stand in a column of the same files, or in files of their own (`features/7.csv` and `labels/7.csv`), one for each
step or one for each sequence. Shorter sequences are padded at their end, and masks tell what is padding.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple, Self

from pydantic import model_validator

from netspec.component import refuse, unset
from netspec.datasets import DataSet, Description, Examples, Loaded, Places
from netspec.datasets._categories import Categories, classes_of
from netspec.datasets._columns import Columns, all_columns, choose
from netspec.datasets._files import already_described, existing_folder
from netspec.datasets._padding import padded
from netspec.datasets._records import first_record
from netspec.datasets._sequence_folders import SequenceFiles, parts_of
from netspec.datasets._table import Table
from netspec.datasets._table_words import Column, Separator
from netspec.errors import DataError, Refused
from netspec.fields import Size
from netspec.shapes import Recurrent

if TYPE_CHECKING:
    from numpy import ndarray


class _Sequence(Table):
    """One file."""

    for_words = "features of a step are numbers: give each word a column of 0 and 1"


class _Tables(NamedTuple):
    """One part, read: a table for each sequence, and for its labels, which may be the same."""

    steps: list[Table]
    labels: list[Table]


class CsvSequence(DataSet):
    """A folder of CSV files, a sequence in each; of `train` and `test` with such folders in them where there is a test part.

    DL4J's CSVSequenceRecordReader and SequenceRecordReaderDataSetIterator.
    """

    type: Literal["csv_sequence"] = "csv_sequence"

    path: str
    """The folder, relative to the spec's: files, or folders features and labels with files of the same names; or train and test, each with either."""

    label: Column = -1
    """Name or index (from 0; -1 is the last) of the column to predict, where labels stand in the files of the features."""

    label_per: Literal["step", "sequence"] = "step"
    """Whether each step has a label, or the whole sequence one."""

    align: Literal["equal_length", "start", "end"] = "equal_length"
    """Where labels of fewer steps than the features stand: beside the first steps, or the last; equal_length: there are as many. DL4J's AlignmentMode."""

    length: Size = unset()
    """Steps that every sequence is padded to; of the longest sequence, and not known to the network, when nothing is said."""

    header: bool = True
    """Whether the first line of each file names the columns."""

    separator: Separator = ","
    """The character between two cells; a tab is "\\t"."""

    task: Literal["classification", "regression"] = "classification"
    """Whether labels are classes (words or whole numbers, in sorted order) or numbers to come close to."""

    @model_validator(mode="after")
    def _aligned(self) -> Self:
        if self.label_per == "sequence" and self.align != "equal_length":
            raise refuse("must be left out beside label_per: sequence: such a label stands beside no step", at=("align",), got=self.align)
        return self

    def describe(self, places: Places) -> Description:
        """List the folders and read the first line of two files."""
        train, *test = parts_of(existing_folder(self.path, places))
        steps, labels = self._columns(train)
        shape = Recurrent(len(steps.features), self.length)
        targets = None if self.task == "classification" else len(self._label_columns(labels))
        count = len(test[0].features) if test else None
        return Description(shape, targets=targets, train=len(train.features), test=count, per_step=self.label_per == "step")

    def load(self, places: Places) -> Loaded:
        """Read all files; the test part's by the training part's classes."""
        with already_described():
            parts = parts_of(existing_folder(self.path, places))
            columns = self._columns(parts[0])
        read = [self._read(part, *columns) for part in parts]
        classes = classes_of(read[0].labels, self._label_columns(columns[1])[0]) if self.task == "classification" else None
        steps = self._steps(read)
        train, *test = (self._examples(tables, classes, steps) for tables in read)
        return Loaded(train, test[0] if test else None, classes.names if classes else ())

    def _columns(self, part: SequenceFiles) -> tuple[Columns, Columns]:
        """Of features and of labels, as the first files have them."""
        first = part.features[0]
        if not part.labels:
            columns = choose(first, first_record(first, self.separator), self.label, (), self.header)
            return columns, columns
        if self.label != -1:
            raise Refused("label", "must be left out: labels stand in files of their own", got=self.label)
        labels = all_columns(part.labels[0], first_record(part.labels[0], self.separator), self.header)
        if self.task == "classification" and labels.width > 1:
            raise DataError(f"{part.labels[0]}: must have one column, the class, got {labels.width}", help="`task: regression` takes several numbers as labels")
        return all_columns(first, first_record(first, self.separator), self.header), labels

    def _label_columns(self, columns: Columns) -> list[int]:
        return columns.features if columns.label < 0 else [columns.label]

    def _read(self, part: SequenceFiles, columns: Columns, labels: Columns) -> _Tables:
        words = self._label_columns(labels) if self.task == "classification" else []
        if not part.labels:
            tables = [self._table(path, columns, words) for path in part.features]
            return _Tables(tables, tables)
        return _Tables([self._table(path, columns, []) for path in part.features], [self._table(path, labels, words) for path in part.labels])

    def _table(self, path: Path, columns: Columns, words: list[int]) -> Table:
        first = first_record(path, self.separator)
        if columns.names is not None and tuple(cell.strip() for cell in first) != columns.names:
            raise DataError(f"{path}:1: must have the columns of the first file, {', '.join(columns.names)}, in the same order")
        if len(first) != columns.width:
            raise DataError(f"{path}:1: must have as many cells as the first file, {columns.width}, got {len(first)}")
        return _Sequence(path, columns, [at for at in range(columns.width) if at not in words], words).read(self.separator)

    def _steps(self, parts: Sequence[_Tables]) -> int:
        """Of the padded arrays."""
        longest = 0
        for table in (table for part in parts for table in (*part.steps, *part.labels)):
            if self.length and len(table) > self.length:
                raise DataError(f"{table.path}: must have at most {self.length} steps, the length of data, got {len(table)}")
            longest = max(longest, len(table))
        return self.length or longest

    def _examples(self, part: _Tables, classes: Categories | None, steps: int) -> Examples:
        rows = [_features(table) for table in part.steps]
        labels = [_labels(table, self._label_columns(table.columns), classes) for table in part.labels]
        if self.label_per == "sequence":
            import numpy as np

            features, mask = padded(rows, steps)
            return Examples(features, np.stack([_only(table, found) for table, found in zip(part.labels, labels, strict=True)]), mask)
        starts = list(self._starts(part))
        features, mask = padded(rows, steps, [first for first, _ in starts])
        targets, label_mask = padded(labels, steps, [first for _, first in starts])
        return Examples(features, targets, mask, label_mask)

    def _starts(self, part: _Tables) -> Iterator[tuple[int, int]]:
        """Where features and labels of each sequence begin."""
        for steps, labels in zip(part.steps, part.labels, strict=True):
            more = len(labels) - len(steps)
            if more and self.align == "equal_length":
                help_ = "say label_per: sequence for one label a sequence, or align: start or end for labels of some steps only"
                raise DataError(f"{labels.path}: must have a label for each of the {len(steps)} steps of {steps.path}, got {len(labels)}", help=help_)
            yield (max(more, 0), max(-more, 0)) if self.align == "end" else (0, 0)


def _features(table: Table) -> "ndarray":
    """T×F."""
    numbers, place = table.numbers(), {at: column for column, at in enumerate(table.numeric)}
    return numbers[:, [place[at] for at in table.columns.features]]


def _labels(table: Table, columns: list[int], classes: Categories | None) -> "ndarray":
    """T classes, or T×K values."""
    if classes:
        return classes.places(table, columns[0])
    numbers, place = table.numbers(), {at: column for column, at in enumerate(table.numeric)}
    return numbers[:, [place[at] for at in columns]]


def _only(table: Table, labels: "ndarray") -> "ndarray":
    """The label of a whole sequence."""
    if (labels != labels[:1]).any():
        raise DataError(f"{table.path}: must have one label, the same in every line, got several", help="`label_per: step` takes a label for each step")
    only: ndarray = labels[0]
    return only
