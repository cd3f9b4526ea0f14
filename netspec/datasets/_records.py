"""Records of a CSV file, each with the line it begins at; whatever is not CSV in UTF-8 is refused by line."""

import csv
from collections.abc import Generator, Iterator
from contextlib import closing
from pathlib import Path
from typing import TextIO

from netspec.datasets._files import reading
from netspec.errors import DataError

MOST_COLUMNS = 100_000
LONGEST_LINE = 10_000_000
"""Characters; a file with a longer line is not a table."""


def records(path: Path, separator: str) -> Generator[tuple[int, list[str]]]:
    """Line number and cells of every record; blank lines are passed over, a byte order mark too."""
    with reading(path), path.open(encoding="utf-8-sig", newline="") as file:
        reader, line = csv.reader(_lines(path, file), delimiter=separator, strict=True), 1
        try:
            for cells in reader:
                if cells:
                    yield line, _bounded(path, line, cells)
                line = reader.line_num + 1
        except csv.Error as error:
            raise _not_csv(path, line, str(error)) from error
        except UnicodeDecodeError as error:
            raise _not_text(path) from error


def first_record(path: Path, separator: str) -> list[str]:
    """Its cells. Raises: DataError when there is none."""
    with closing(records(path, separator)) as rows:
        first = next(rows, None)
    if first is None:
        raise DataError(f"{path}: must hold rows, got an empty file")
    return first[1]


def _lines(path: Path, file: TextIO) -> Iterator[str]:
    number = 0
    while line := file.readline(LONGEST_LINE):
        number += 1
        if len(line) == LONGEST_LINE:
            raise DataError(f"{path}:{number}: must be a line of a table, got more than {LONGEST_LINE:,} characters")
        yield line


def _bounded(path: Path, line: int, cells: list[str]) -> list[str]:
    if len(cells) > MOST_COLUMNS:
        raise DataError(f"{path}:{line}: must have at most {MOST_COLUMNS:,} columns, got {len(cells):,}", help="store it as .npy and use `arrays`")
    return cells


def _not_csv(path: Path, line: int, reason: str) -> DataError:
    if "end of data" in reason or "limit" in reason:
        reason = 'a " without its partner, or a cell of more than 131,072 characters'
    return DataError(f"{path}:{line}: must be a record of cells: {reason}", help='a cell that holds the separator stands in "…", a " inside it is doubled')


def _not_text(path: Path) -> DataError:
    """The decoder works on blocks, so the line is looked for again."""
    with path.open("rb") as file:
        line = next((number for number, text in enumerate(file, 1) if not _is_text(text)), 1)
    return DataError(f"{path}:{line}: must be text in UTF-8", help="save the file as UTF-8")


def _is_text(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
