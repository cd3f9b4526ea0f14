"""Folders of CSV files, a sequence in each: labels in columns of the same files, or in files of the same names beside them."""

import re
from dataclasses import dataclass
from pathlib import Path

from netspec.datasets._files import entries
from netspec.errors import DataError

_PARTS = ("features", "labels")


@dataclass(frozen=True)
class SequenceFiles:
    """The files of one part, in the order of their names, numbers in them as numbers."""

    features: tuple[Path, ...]
    labels: tuple[Path, ...]
    """Empty where labels stand in the files of the features."""


def parts_of(root: Path) -> list[SequenceFiles]:
    """The training part, and the test part where there is one.

    Raises: DataError when the folders are not laid out so.
    """
    if not (root / "train").is_dir():
        return [_part(root)]
    train = _part(root / "train")
    if not (root / "test").is_dir():
        return [train]
    test = _part(root / "test")
    if bool(test.labels) != bool(train.labels):
        raise DataError(f"{root / 'test'}: must have its labels where {root / 'train'} has them")
    return [train, test]


def _part(folder: Path) -> SequenceFiles:
    found = [path for path in entries(folder) if path.is_dir()]
    if not found:
        return SequenceFiles(_files(folder), ())
    if sorted(path.name for path in found) != list(_PARTS):
        raise DataError(f"{folder}: must hold CSV files, or a folder of features and one of labels, got {', '.join(path.name for path in found)}")
    features, labels = (_files(folder / name) for name in _PARTS)
    for lonely in sorted({path.name for path in features} ^ {path.name for path in labels}):
        there = _PARTS[lonely in {path.name for path in labels}]
        other = _PARTS[there == "features"]
        raise DataError(f"{folder / there / lonely}: must have a file of the same name in {folder / other}")
    return SequenceFiles(features, labels)


def _files(folder: Path) -> tuple[Path, ...]:
    found = sorted(entries(folder), key=lambda path: _natural(path.name))
    if other := next((path for path in found if not path.is_file() or path.suffix.lower() not in {".csv", ".txt", ".tsv"}), None):
        raise DataError(f"{other}: must be a CSV file, for it stands in a folder of sequences")
    if not found:
        raise DataError(f"{folder}: must hold CSV files, a sequence in each, got an empty folder")
    return tuple(found)


def _natural(name: str) -> list[tuple[int, str]]:
    """`10.csv` comes after `9.csv`."""
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"([0-9]+)", name)]
