"""First specs: the one that `netspec init` writes, and one made to fit a table.

A guess is written where it can be seen and changed; where there is none that everybody would make, the table is refused.
"""

import json
import os
from contextlib import closing
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from string import Template

from netspec.datasets._categories import categories_of
from netspec.datasets._cell import number_in
from netspec.datasets._columns import Columns, choose
from netspec.datasets._records import records
from netspec.datasets._table import Table
from netspec.errors import DataError, Refused, UsageError
from netspec.words import plural, shown

SEPARATORS = ",;\t|"
"""What may stand between two cells; the first line decides."""

MOST_CLASSES = 20
"""Whole numbers of more different values are quantities, not classes."""

LEAST_ROWS = 10
"""A table of fewer rows leaves nothing to test on."""

_STARTER = """\
# A network and its training job in one file.
#   netspec validate FILE   every mistake, with its line and what to do
#   netspec run FILE        train, evaluate, keep everything in a run folder
#   netspec explain FILE    every value, and who set it; `netspec explain dense` explains a word
name: first
seed: 123                   # the same seed gives the same result

# What the layers share stands here; a layer may say its own.
updater: adam
learning_rate: 0.003
l2: 1e-4                    # on weights, not on biases
activation: relu            # of every layer but the output

layers:
  - {type: dense, n_out: 64}
  - {type: dense, n_out: 32, dropout: 0.2}     # drops a fifth of this layer's input while training
  - {type: output, n_out: 10, loss: negative_log_likelihood}

# 1,797 handwritten digits that are part of netspec. For a table of yours: netspec init mine.yaml --from-csv table.csv
data:
  type: digits
  split: {validation: 0.1, test: 0.2}

# With a validation part, the weights of the epoch that did best on it are kept.
train: {batch_size: 32, epochs: 15}
"""

_TABLE = Template("""\
# Made for $file: $size. What follows is a guess to look over.
name: $name
seed: 123
updater: adam
learning_rate: 0.003

layers:
  - {type: dense, n_out: 32, activation: relu}
  - {type: output, n_out: $outputs, loss: $loss}    # $about

data:
  type: csv
$settings
  normalize: standardize                   # every feature to mean 0 and deviation 1
  split: {validation: 0.1, test: 0.2}

train: {batch_size: 16, epochs: 30}
""")


def starter() -> str:
    """A short commented spec that runs as it is, on data that are part of netspec, in seconds."""
    return _STARTER


@dataclass(frozen=True)
class _Label:
    """What is predicted: how many classes, or values where `classes` is 0."""

    classes: int
    about: str


def from_table(path: Path, folder: Path) -> str:
    """A spec for a CSV file whose last column is the label; it will stand in `folder`.

    Raises: UsageError when there is no such file; DataError when it is not a table that can be learned from.
    """
    if not path.is_file():
        raise UsageError(f"there is no file {path}")
    separator, first = _first(path)
    table = _read(path, separator, first)
    label = _label(table)
    return _TABLE.substitute(
        file=_one_line(path.name),
        size=f"{plural(len(table), 'row')}, {plural(len(table.columns.features), 'feature')}",
        name=_name(path),
        outputs=label.classes or 1,
        loss="negative_log_likelihood" if label.classes else "mse",
        about=_one_line(label.about),
        settings="\n".join(f"  {key}: {value}" for key, value in _settings(table, path, folder, separator, label).items()),
    )


def _first(path: Path) -> tuple[str, list[str]]:
    """The separator and the first record."""
    for separator in SEPARATORS:
        with closing(records(path, separator)) as rows:
            _, first = next(rows, (0, []))
        if len(first) > 1:
            return separator, first
    if not first:
        raise DataError(f"{path}: must hold rows, got an empty file")
    raise DataError(f"{path}:1: must have at least two columns, got one", help="columns are separated by a comma, a semicolon, a tab or |")


def _read(path: Path, separator: str, first: list[str]) -> Table:
    """All cells as words; the first line is a header unless it holds data."""
    columns = _columns(path, first)
    table = Table(path, columns, [], list(range(columns.width))).read(separator)
    if len(table) < LEAST_ROWS:
        raise DataError(f"{path}: must hold at least {LEAST_ROWS} rows to learn from, got {len(table)}")
    return table


def _columns(path: Path, first: list[str]) -> Columns:
    if not any(_is_measurement(cell) for cell in first):
        try:
            return choose(path, first, -1, (), header=True)
        except Refused:  # the first line holds nothing but numbers
            pass
    return choose(path, first, -1, (), header=False)


def _is_measurement(cell: str) -> bool:
    """Whole numbers can be names (years, indices); others are data."""
    number = number_in(cell)
    return number is not None and isfinite(number) and not number.is_integer()


def _label(table: Table) -> _Label:
    """Classes for words, and for few whole numbers that come again and again; else a value."""
    at = table.columns.label
    keys = categories_of([table], at).keys
    called = table.columns.called(at)
    if isinstance(keys[0], str):
        _check_repeated(table, at)
    elif len(keys) > MOST_CLASSES or 2 * len(keys) > len(table) or not all(float(key).is_integer() for key in keys):
        large = max(abs(float(key)) for key in keys) > 100
        return _Label(0, f"{called} is a number" + ("; numbers this large are learned better in larger units" if large else ""))
    if len(keys) == 1:
        raise DataError(f"{table.path}: {called} must have at least two values to tell apart, got only {keys[0]}", help="the last column is the label")
    return _Label(len(keys), f"one for each class of {called}")


def _settings(table: Table, path: Path, folder: Path, separator: str, label: _Label) -> dict[str, str]:
    """What `csv` needs to read the table, as YAML."""
    columns = table.columns
    settings = {"path": _relative(path, folder)}
    if separator != ",":
        settings["separator"] = json.dumps(separator)
    if columns.names is None:
        settings["header"] = "false"
    settings["label"] = _column(columns, columns.label)
    categorical = [at for at in columns.features if isinstance(categories_of([table], at).keys[0], str)]
    for at in categorical:
        _check_repeated(table, at)
    if categorical:
        settings["categorical"] = f"[{', '.join(_column(columns, at) for at in categorical)}]"
    return settings if label.classes else settings | {"task": "regression"}


def _check_repeated(table: Table, at: int) -> None:
    """Refuse words that nearly never come again: names and dates are no categories."""
    words = table.words[at]
    found = len(words.known)
    if 2 * found > len(table):
        word = next(word for word in words.known if number_in(word) is None)
        rule = f"must hold numbers, or words that come again, got {found} different words in {plural(len(table), 'row')}"
        advice = f"line {words.line_of(word)} holds {shown(word)}; remove the column, or group its values"
        raise DataError(f"{table.path}: {table.columns.called(at)} {rule}", help=advice)


def _column(columns: Columns, at: int) -> str:
    """The column's name where it is one column's alone, else its index."""
    name = columns.names[at] if columns.names else ""
    return json.dumps(name, ensure_ascii=False) if name and columns.names and columns.names.count(name) == 1 else str(at)


def _relative(path: Path, folder: Path) -> str:
    try:
        said = Path(os.path.relpath(path, folder))
    except ValueError:  # another drive
        said = path.absolute()
    return json.dumps(said.as_posix(), ensure_ascii=False)


def _name(path: Path) -> str:
    """The file's name in the letters that a spec's name may have."""
    kept = "".join(char if char.isascii() and (char.isalnum() or char in "_.-") else "_" for char in path.stem)
    return json.dumps(kept.lstrip("_.-")[:64] or "table")


def _one_line(text: str) -> str:
    """The text as a comment can hold it."""
    return "".join(char if char.isprintable() else " " for char in text)
