"""Busy neighbours: while other processes need the processors, OpenMP's idle threads here sleep at once.

Where the runtime has more threads than there are processors, an idle thread spins for a hundred turns only (libgomp's
manual, GOMP_SPINCOUNT). So threads that each hold an idle team of their own shorten every wait of the process, and end
when the neighbour has gone. No result depends on it: the team that computes stays as large as it was.
"""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import ceil
from pathlib import Path
from threading import Event, Thread

import torch

from netspec.threads import spin_is_ours

_CLOCKS = Path("/proc/stat")
_LOOK = 0.25
"""Seconds from one look to the next."""

_IN_A_ROW = 2
"""Looks that must see a neighbour before it counts as there."""

_COMES, _GOES = 0.4, 0.15
"""Processors that are missing when a neighbour is seen, and when one that was there counts as gone."""

_GRAIN = 2**15
"""Numbers that torch gives each thread at least (its GRAIN_SIZE)."""

_AT_WORK = 0.1
"""Processors that this process uses at least when it computes; while it waits, it takes nobody's."""


@contextmanager
def minding_neighbours() -> Iterator[None]:
    """Threads do not spin for processors that another process could use; on Linux, where the user left that to us."""
    if torch.get_num_threads() < 2 or not _CLOCKS.exists() or not spin_is_ours():
        yield
        return
    over = Event()
    watch = Thread(target=_mind, args=(over,), name="neighbours", daemon=True)
    watch.start()
    try:
        yield
    finally:
        over.set()
        watch.join()


def _mind(over: Event) -> None:
    processors, threads = len(os.sched_getaffinity(0)), torch.get_num_threads()
    shortage, crowd, seen = Shortage(processors - threads), Crowd(ceil((processors - threads + 1) / (threads - 1))), 0
    while not over.wait(_LOOK):
        missing = shortage.now()
        if missing is None:
            seen = 0
            continue
        seen = seen + 1 if missing > (_GOES if crowd.there else _COMES) else 0
        if seen >= _IN_A_ROW:
            crowd.gather()
        elif not seen:
            crowd.leave()
    crowd.leave()


class Shortage:
    """How many processors too few there are for what other processes need, beside `spare` that this one leaves."""

    def __init__(self, spare: int, clocks: Callable[[], tuple[float, float, float]] | None = None) -> None:
        self._clocks, self._spare = clocks or _clocks, spare
        self._last = self._clocks()

    def now(self) -> float | None:
        """On average since the last look; None where this process itself only waited."""
        before, self._last = self._last, self._clocks()
        passed, busy, own = (after - was for was, after in zip(before, self._last, strict=True))
        return None if own < _AT_WORK * passed else (busy - own) / passed - self._spare


class Crowd:
    """Threads that hold an idle team of OpenMP's each."""

    def __init__(self, size: int) -> None:
        self._size, self._over, self._held = size, Event(), list[Thread]()

    @property
    def there(self) -> bool:
        """Whether it is gathered."""
        return bool(self._held)

    def gather(self) -> None:
        """Unless it is there already."""
        while len(self._held) < self._size:
            self._held.append(Thread(target=_hold_team, args=(self._over,), name="idle team", daemon=True))
            self._held[-1].start()

    def leave(self) -> None:
        """If it is there."""
        self._over.set()
        for thread in self._held:
            thread.join()
        self._over, self._held = Event(), []


def _hold_team(over: Event) -> None:
    torch.zeros(torch.get_num_threads() * _GRAIN).add_(1.0)  # torch asks for a team of them all, which then belongs to this thread
    over.wait()


def _clocks() -> tuple[float, float, float]:
    """Seconds that passed, that this process's processors were busy, and that this process was."""
    mine = {f"cpu{number}" for number in os.sched_getaffinity(0)}
    lines = (line.split() for line in _CLOCKS.read_text(encoding="ascii").splitlines())
    ticks = sum(_busy(numbers) for name, *numbers in lines if name in mine)
    return time.monotonic(), ticks / os.sysconf("SC_CLK_TCK"), time.process_time()


def _busy(numbers: list[str]) -> int:
    """Ticks of one processor, of user, nice, system, idle, iowait, irq, softirq, steal: all but the idle ones."""
    user, nice, system, _, _, *interrupts = map(int, numbers[:7])
    return user + nice + system + sum(interrupts)
