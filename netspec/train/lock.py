"""One process at a time in a run folder."""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from netspec.errors import RunError
from netspec.train.durable import remove_leftovers


@contextmanager
def locked(folder: Path) -> Iterator[str | None]:
    """Hold the folder's lock; gives the last holder where that one died without a word.

    Raises: RunError when another process holds the lock, or the folder cannot be written. The lock of a dead process is free.
    """
    lock, holder = FileLock(folder / ".lock"), folder / ".holder"
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise RunError(f"{folder} is in use by {_said(holder) or 'another process'}", help="wait for it, or stop it") from None
    except OSError as error:
        raise RunError(f"{folder} cannot be written: {error.strerror or error}") from error
    try:
        died = _said(holder)
        remove_leftovers(folder)
        with suppress(OSError):  # who holds the lock is a courtesy: on a full disk the checkpoint will say what is wrong
            holder.write_text(f"process {os.getpid()} on {socket.gethostname()} since {datetime.now().astimezone():%Y-%m-%d %H:%M:%S %z}\n", encoding="utf-8")
        yield died
    finally:
        with suppress(OSError):
            holder.unlink(missing_ok=True)
        lock.release()


def _said(holder: Path) -> str | None:
    try:
        return holder.read_text(encoding="utf-8", errors="replace").strip() or None
    except OSError:
        return None
