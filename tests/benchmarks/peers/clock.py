"""How a training reports: one JSON document a line on standard output, as each epoch ends."""

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

    def __init__(self, data_dir: Path, enough: float = inf, stream: TextIO = sys.stdout) -> None:
        self.data_dir, self.enough, self.stream = data_dir, enough, stream
        self.first = perf_counter()
        self.begun = (self.first, process_time())

    def start(self) -> None:
        """The training begins now; what came before is preparation."""
        self.tell(event="start")
        self.first = perf_counter()
        self.begun = (self.first, process_time())

    def epoch(self, seconds: float | None = None) -> None:
        """An epoch is over; `seconds` where the program itself has timed it. Raises: Enough."""
        now = (perf_counter(), process_time())
        wall, processor = now[0] - self.begun[0], now[1] - self.begun[1]
        self.tell(event="epoch", seconds=wall if seconds is None else seconds, processor=processor)
        if now[0] - self.first > self.enough:
            raise Enough
        self.begun = (perf_counter(), process_time())

    def tell(self, **values: Any) -> None:
        """One line, at once."""
        self.stream.write(json.dumps(values) + "\n")
        self.stream.flush()


class Enough(Exception):
    """The time for this training is over."""


class NotApplicable(Exception):
    """The program cannot train this network."""


class NotInstalled(Exception):
    """The program is not on this machine."""
