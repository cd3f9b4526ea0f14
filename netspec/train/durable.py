"""Files and folders that are whole or absent: written under a hidden name, flushed, renamed, and their folder flushed."""

import errno
import os
import shutil
from contextlib import suppress
from pathlib import Path

from netspec.errors import RunError
from netspec.words import in_bytes

_FULL = {errno.ENOSPC, errno.EDQUOT}


def hidden_name(path: Path) -> Path:
    """Where something is written before it gets its name; no reader looks at names that begin with a dot."""
    return path.with_name(f".{path.name}.{os.getpid()}.part")


def replace_file(path: Path, content: bytes) -> None:
    """Write a file, or put a new one in its place. Raises: RunError; what was there before is then untouched."""
    part = hidden_name(path)
    try:
        write_flushed(part, content)
        part.replace(path)
        flush_folder(path.parent)
    except OSError as error:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise refusal(path, error, len(content)) from error


def write_flushed(path: Path, content: bytes) -> None:
    """Write bytes and wait until the disk has them. Raises: OSError."""
    with path.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


def flush_folder(folder: Path) -> None:
    """Wait until the disk has the folder's names. Raises: OSError."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def remove_folder(folder: Path) -> None:
    """Remove a folder so that no reader ever meets half of it; what cannot be removed stays under a hidden name."""
    gone = hidden_name(folder)
    with suppress(OSError):
        folder.rename(gone)
        shutil.rmtree(gone, ignore_errors=True)


def remove_leftovers(folder: Path) -> None:
    """Remove what processes that died in the middle of a write or a removal have left under hidden names, at any depth."""
    for left in sorted(folder.rglob(".*.part")):
        if left.is_dir():
            shutil.rmtree(left, ignore_errors=True)
        else:
            with suppress(OSError):
                left.unlink()


def refusal(path: Path, error: OSError, size: int) -> RunError:
    """The error of a disk that refuses `size` bytes; a full one says how much is missing."""
    message = f"{path} cannot be written: {error.strerror or error}"
    if error.errno not in _FULL:
        return RunError(message, help="what was there before is whole")
    return RunError(message, help=f"it takes {in_bytes(size)}, {_free(path.parent)}; what was there before is whole: free some space, then go on")


def _free(folder: Path) -> str:
    try:
        return f"and {in_bytes(shutil.disk_usage(folder).free)} are free in {folder}"
    except OSError:
        return f"more than is free in {folder}"
