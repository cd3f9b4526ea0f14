"""Files that a spec names: where they are, and how their absence is said."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from netspec.datasets import Places, Unavailable
from netspec.errors import DataError, Refused

_LEFT_BEHIND = {"thumbs.db", "desktop.ini", "__macosx"}


def placed(said: str, places: Places) -> Path:
    """The path that a spec means: relative to the spec's own folder; `~` is the user's home."""
    home = Path.home() if said == "~" or said.startswith("~/") else None
    return home / said[2:] if home else places.base / said


def existing_file(said: str, places: Places) -> Path:
    """The path of a file that is there.

    Raises: Unavailable when it is not, so that `otherwise` can take its place; DataError when it is a folder.
    """
    path = placed(said, places)
    if path.is_dir():
        raise DataError(f"{path}: must be a file, not a folder")
    if not path.is_file():
        raise Unavailable(f"{path}: no such file", help=f"paths in a spec are relative to its folder, {places.base}")
    return path


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Says what the system refuses (no permission, a disk error) as a DataError that names the file."""
    try:
        yield
    except OSError as error:
        raise DataError(f"{path}: cannot be read: {error.strerror or error}") from error


def existing_folder(said: str, places: Places) -> Path:
    """The folder that a spec names.

    Raises: Unavailable when it is not there, so that `otherwise` can take its place; DataError when it is a file.
    """
    root = placed(said, places)
    if root.is_file():
        raise DataError(f"{root}: must be a folder, not a file")
    if not root.is_dir():
        raise Unavailable(f"{root}: no such folder", help=f"paths in a spec are relative to its folder, {places.base}")
    return root


def entries(folder: Path) -> list[Path]:
    """What is in a folder, by name; hidden files and what operating systems leave behind are passed over. Raises: DataError."""
    with reading(folder):
        return sorted(path for path in folder.iterdir() if not path.name.startswith(".") and path.name.lower() not in _LEFT_BEHIND)


@contextmanager
def already_described() -> Iterator[None]:
    """While loading, a field that no longer fits its file is the file's fault: `describe` found nothing wrong."""
    try:
        yield
    except Refused as refused:
        raise DataError(f"{refused.field} {refused.rule}", help=refused.help) from refused
