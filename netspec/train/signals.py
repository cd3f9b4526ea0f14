"""A wish to stop: noted by a signal handler, obeyed by the loop at its next batch.

SIGINT (Ctrl-C), SIGTERM and SIGHUP ask for a stop, in whatever process of the group they arrive; the same signal a
second time leaves at once, with the last checkpoint whole.
"""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from netspec.errors import NetspecError

SIGNALS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))


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

    def note(self, number: int, frame: FrameType | None) -> None:
        """Handle a signal: the first is noted, the second ends the process at once."""
        if self.number is not None:
            signal.signal(number, signal.SIG_DFL)
            signal.raise_signal(number)
        self.number = number


@contextmanager
def listening() -> Iterator[StopRequest]:
    """Note signals instead of dying of them; the handlers that were there come back. In the main thread only."""
    request = StopRequest()
    before: dict[Any, Any] = {number: signal.signal(number, request.note) for number in SIGNALS}
    try:
        yield request
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
