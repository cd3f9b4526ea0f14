"""The command line: one file a verb.

Exit codes: 0 ok · 1 the answer is no · 2 used wrongly · 3 the work failed · 129, 130, 143 interrupted by SIGHUP, SIGINT,
SIGTERM. Results go to stdout, progress and complaints to stderr.
"""

import errno
import gc
import os
import signal
import sys
from types import FrameType
from typing import Any

from netspec.errors import NetspecError, RunError

INTERRUPTED = 130
OBJECTS_OF_IMPORTS = 100_000
"""More than there are when `validate` is done."""

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EIO)


def main() -> None:
    """Run the command line and exit with its code.

    What is imported stays to the end: to look through it for garbage, again and again and once more at the exit, would
    be a fifth of `validate`'s time.
    """
    from netspec.train.signals import handled

    gc.set_threshold(OBJECTS_OF_IMPORTS)
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # closed by whoever started us
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_WRONLY), "w", encoding="utf-8"))
    with handled(_leave):
        code = invoke(sys.argv[1:])
    gc.freeze()
    sys.exit(code)


def _leave(number: int, frame: FrameType | None) -> None:
    """Leave at a signal where there is nothing to keep: while data are read, say; what is open is closed on the way out."""
    os.write(2, f"stopped by {signal.Signals(number).name}\n".encode())
    raise SystemExit(128 + number)


def _write_no_more() -> None:
    """So that flushing at exit does not complain either."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def invoke(arguments: list[str]) -> int:
    """Run one command; the exit code. No user's error ends in a traceback."""
    # Looking for plug-ins of pydantic's reads the metadata of every installed package, a fifth of `validate`'s time.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "1")
    import typer

    from netspec.cli.app import app_for
    from netspec.cli.complaint import complain

    try:
        code = int(app_for(arguments)(args=arguments, prog_name="netspec", standalone_mode=False) or 0)
        sys.stdout.flush()
    except NetspecError as error:
        complain(error)
        return error.exit_code
    except (KeyboardInterrupt, typer.Abort):
        sys.stderr.write("interrupted\n")
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has left; nothing is wrong.
        _write_no_more()
        return 0
    except OSError as error:
        if error.errno not in _FULL:
            raise
        _write_no_more()
        complain(RunError(f"the output cannot be written: {error.strerror}"))
        return RunError.exit_code
    except Exception as error:
        if isinstance(error, typer.BadParameter.__mro__[2]):  # typer's own refusals, whose base it does not export
            refusal: Any = error
            refusal.show()
            return 2
        raise
    return code
