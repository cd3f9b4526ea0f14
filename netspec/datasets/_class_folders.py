"""Folders of files, one folder for each class.

Hidden files and what operating systems leave behind are passed over; anything else in a class folder must be an image,
because a format that nobody noticed was skipped is data lost in silence.
"""

from dataclasses import dataclass
from pathlib import Path

from netspec.datasets._files import entries
from netspec.errors import DataError
from netspec.words import listed, plural, with_article


@dataclass(frozen=True)
class ClassFolders:
    """The files of one part, class by class, in the order of their names."""

    classes: tuple[str, ...]
    files: tuple[Path, ...]
    labels: tuple[int, ...]


def is_split(root: Path) -> bool:
    """Whether the folder holds `train` (and `test`) rather than classes; a class may be called train, but then it holds files."""
    return (root / "train").is_dir() and any(path.is_dir() for path in entries(root / "train"))


def parts_of(root: Path, kind: str = "image") -> list[ClassFolders]:
    """The training part, and the test part where there is one; `kind` is what messages call the files.

    Raises: DataError when the folders are not laid out by class.
    """
    if not is_split(root):
        return [_listing(root, kind)]
    if others := [path.name for path in _folders(root) if path.name not in {"train", "test"}]:
        raise DataError(f"{root}: must hold only train and test, got {listed(others, 'and')} too", help="`split.validation` sets examples aside for validation")
    train = _listing(root / "train", kind)
    return [train, _listing(root / "test", kind, train)] if (root / "test").is_dir() else [train]


def _listing(root: Path, kind: str, train: ClassFolders | None = None) -> ClassFolders:
    folders = _folders(root)
    names = tuple(folder.name for folder in folders)
    classes = train.classes if train else names
    if unknown := set(names) - set(classes):
        raise DataError(
            f"{root}: must hold only classes of the training part, got {listed(sorted(unknown), 'and')}", help=f"they are {listed(classes[:20], 'and')}"
        )
    if len(classes) < 2:
        raise DataError(f"{root}: must hold a folder for each of at least two classes, got {plural(len(classes), 'folder')}")
    if not names:
        raise DataError(f"{root}: must hold a folder for each class, got none")
    found = [(file, classes.index(folder.name)) for folder in folders for file in _files(folder, kind)]
    return ClassFolders(classes, tuple(file for file, _ in found), tuple(label for _, label in found))


def _files(folder: Path, kind: str) -> list[Path]:
    found = entries(folder)
    if other := next((path for path in found if not path.is_file()), None):
        raise DataError(f"{other}: must be {with_article(kind)} file, for it stands in a class folder")
    if not found:
        raise DataError(f"{folder}: must hold {kind}s of its class, got an empty folder")
    return found


def _folders(root: Path) -> list[Path]:
    return [path for path in entries(root) if path.is_dir()]
