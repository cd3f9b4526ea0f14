"""A wish to stop: noted by a signal handler, obeyed by the loop at its next batch.

SIGINT (Ctrl-C), SIGTERM and SIGHUP ask for a stop, in whatever process of the group they arrive; a second signal leaves
at once, with the last checkpoint whole. A wrapper that hands on what the terminal has sent already makes two signals of
one wish: what comes within `ONE_WISH` seconds counts once. A signal that was ignored at the start (`nohup`) stays so.
"""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from types import FrameType
from typing import Any

from netspec.errors import NetspecError

SIGNALS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))
ONE_WISH = 0.2
_SHOW_CURSOR = b"\x1b[?25h\n"


class Interrupted(NetspecError):
    """Training was asked to stop; the exit code is 128 plus the signal's number."""

    def __init__(self, number: int, where: str, *, help: str | None = None) -> None:
        super().__init__(f"stopped by {signal.Signals(number).name} {where}", help=help)
        self.number = number
        self.exit_code = 128 + number


class StopRequest:
    """Which signal asked for a stop, if any did."""

    def __init__(self) -> None:
        self.number: int | None = None
        self.since = 0.0

    def note(self, number: int, frame: FrameType | None) -> None:
        """Handle a signal: the first is noted, the second ends the process at once."""
        if self.number is None:
            self.number, self.since = number, monotonic()
        elif monotonic() - self.since > ONE_WISH:
            if os.isatty(2):  # a live progress bar has hidden it
                os.write(2, _SHOW_CURSOR)
            os._exit(128 + number)


@contextmanager
def listening() -> Iterator[StopRequest]:
    """Note signals instead of dying of them. In the main thread only."""
    request = StopRequest()
    with handled(request.note):
        yield request


@contextmanager
def handled(handler: Callable[[int, FrameType | None], None]) -> Iterator[None]:
    """Let a function handle the signals that ask for a stop; the handlers that were there come back."""
    heard = [number for number in SIGNALS if signal.getsignal(number) != signal.SIG_IGN]
    before: dict[Any, Any] = {number: signal.signal(number, handler) for number in heard}
    try:
        yield
    finally:
        for number, was in before.items():
            signal.signal(number, was)
