"""What goes wrong while a network trains, in words: memory, killed workers, a plug-in's own mistakes."""

import signal
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import torch

from netspec.errors import Diverged, NetspecError, RunError
from netspec.train.checkpoint import steps

LOG = "traceback.txt"
_NO_MEMORY = ("can't allocate memory", "Cannot allocate memory", "std::bad_alloc")
"""On CPU torch says so in a plain RuntimeError."""


@contextmanager
def explained(batch_size: int) -> Iterator[None]:
    """Turn memory that gave out, and processes that were killed, into errors that say what helps. Raises: RunError."""
    try:
        yield
    except (MemoryError, torch.OutOfMemoryError) as error:
        raise _no_memory(error, batch_size) from error
    except (RuntimeError, OSError, EOFError) as error:
        if any(words in str(error) for words in _NO_MEMORY):
            raise _no_memory(error, batch_size) from error
        if killed := worker_killed(error):
            raise killed from error
        raise


def worker_killed(error: Exception) -> RunError | None:
    """The error to raise instead of one that means that a DataLoader's worker was killed; None for any other."""
    if not ("DataLoader worker" in str(error) or _while_receiving(error)):
        return None
    _hear_no_more_of_workers()
    reason = (str(error) or type(error).__name__).splitlines()[0]
    return RunError(f"a process that reads data was killed: {reason}", help="often there is too little memory: try data: {workers: 0}")


def _while_receiving(error: Exception) -> bool:
    """Whether a pipe broke while a tensor came from a worker: one that is killed then says nothing of itself."""
    files = [Path(frame.f_code.co_filename).parts for frame, _ in traceback.walk_tb(error.__traceback__)]
    return not isinstance(error, RuntimeError) and any("multiprocessing" in parts for parts in files)


def _hear_no_more_of_workers() -> None:
    """Torch tells of a dead worker again, from a signal handler, in the middle of whatever runs then: of our own message, say."""
    while hasattr(signal, "SIGCHLD") and threading.current_thread() is threading.main_thread():
        try:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        except RuntimeError:  # it has just told of it
            continue
        return


def _no_memory(error: BaseException, batch_size: int) -> RunError:
    said = next((line for line in str(error).splitlines() if "allocate" in line), "")
    wanted = f": {said[said.find('you tried to') :]}" if "you tried to" in said else ""
    smaller = f"use a smaller batch_size, for example train.batch_size={max(batch_size // 2, 1)}" if batch_size > 1 else "use a smaller network"
    return RunError(f"there is not enough memory{wanted}", help=smaller)


@contextmanager
def logged(folder: Path) -> Iterator[None]:
    """Keep the traceback of an unforeseen error, in a plug-in for example, in a run's folder, and say it in one line.

    No checkpoint is written then: the middle of a broken step is no state to go on from. Raises: RunError.
    """
    try:
        yield
    except Diverged as error:
        kept = next(iter(steps(folder / "checkpoints")), None)
        error.help = f"{error.help}; the last finite checkpoint is {kept}" if kept else error.help
        raise
    except NetspecError:
        raise
    except Exception as error:
        raise _logged(error, folder / LOG) from error


def _logged(error: Exception, log: Path) -> RunError:
    where = traceback.extract_tb(error.__traceback__)[-1]
    message = f"training broke off: {type(error).__name__} in {Path(where.filename).name}, line {where.lineno}: {error}"
    try:
        log.write_text("".join(traceback.format_exception(error)), encoding="utf-8")
    except OSError:
        return RunError(message, help="the last checkpoint is whole")
    return RunError(message, help=f"the traceback is in {log}; the last checkpoint is whole")
