"""One process at a time in a run folder."""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from netspec.errors import RunError


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the folder's lock; the holder's process and host stand beside it.

    Raises: RunError when another process holds it. The lock of a process that died is free.
    """
    lock, holder = FileLock(folder / ".lock"), folder / ".holder"
    try:
        lock.acquire(timeout=0)
    except Timeout:
        who = holder.read_text(encoding="utf-8").strip() if holder.exists() else "another process"
        raise RunError(f"{folder} is in use by {who}", help="wait for it, or stop it") from None
    try:
        holder.write_text(f"process {os.getpid()} on {socket.gethostname()}\n", encoding="utf-8")
        yield
    finally:
        holder.unlink(missing_ok=True)
        lock.release()
