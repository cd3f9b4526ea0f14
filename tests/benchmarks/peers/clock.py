"""How a training reports: one JSON document a line on standard output, as each epoch ends.

Where it trains in turns with another program, it waits before each epoch for a line on standard input: `go`, or `enough`.
"""

import json
import sys
from collections.abc import Callable
from math import inf
from pathlib import Path
from time import perf_counter, process_time
from typing import Any, TextIO

import numpy as np

Predictor = Callable[[np.ndarray], np.ndarray]
"""Bytes N×28×28 → classes N."""


class Clock:
    """Wall and processor time of each epoch."""

    def __init__(self, data_dir: Path, enough: float = inf, stream: TextIO = sys.stdout, turns: TextIO | None = None) -> None:
        self.data_dir, self.enough, self.stream, self.turns = data_dir, enough, stream, turns
        self.trained = 0.0
        self.begun = (perf_counter(), process_time())

    def start(self) -> None:
        """The training begins now; what came before is preparation. Raises: Enough."""
        self.tell(event="start")
        self._begin()

    def epoch(self, seconds: float | None = None) -> None:
        """An epoch is over; `seconds` where the program itself has timed it. Raises: Enough."""
        wall, processor = perf_counter() - self.begun[0], process_time() - self.begun[1]
        self.trained += wall
        self.tell(event="epoch", seconds=wall if seconds is None else seconds, processor=processor)
        if self.trained > self.enough:
            raise Enough
        self._begin()

    def tell(self, **values: Any) -> None:
        """One line, at once."""
        self.stream.write(json.dumps(values) + "\n")
        self.stream.flush()

    def _begin(self) -> None:
        if self.turns and self.turns.readline().strip() == "enough":
            raise Enough
        self.begun = (perf_counter(), process_time())


class Enough(Exception):
    """The time for this training is over."""


class NotApplicable(Exception):
    """The program cannot train this network."""


class NotInstalled(Exception):
    """The program is not on this machine."""
