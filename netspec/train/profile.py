"""Where the time of a training step goes, and how far it is from the machine's own matrix products."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import count, islice
from statistics import median
from time import perf_counter

import torch

from netspec.construct import DTYPES
from netspec.flops import training_flops
from netspec.plan import Plan
from netspec.train.batches import Batch, Batches
from netspec.train.trainer import Trainer, examples_in

PHASES = ("data", "forward", "backward", "update")
WARM_UP = 5
"""Steps that are not counted: what is done once, and memory that is asked for the first time."""

REPEATS = 5
"""Matrix products of which the fastest counts."""


@dataclass(frozen=True)
class Profile:
    """A step's time and work."""

    steps: int
    """How many were counted; times are their medians."""

    examples: int
    """In a step."""

    device: str
    threads: int
    seconds: Mapping[str, float]
    """Of a step, by phase."""

    flops: int
    """Multiplications and additions of a step's matrix products and convolutions, backward pass included."""

    peak: float
    """FLOPs a second that a large matrix product reaches in the same process and number format."""

    @property
    def whole(self) -> float:
        """Seconds of a step."""
        return sum(self.seconds.values())

    @property
    def rate(self) -> float:
        """FLOPs a second."""
        return self.flops / self.whole


def profile(plan: Plan, trainer: Trainer, batches: Batches, device: torch.device, steps: int) -> Profile:
    """Train so many steps with a clock around each phase; the weights move. Raises: Diverged."""
    trainer.ready()
    stream = _endless(batches)
    together = plan.train.accumulate if plan.train else 1
    done = [_step(trainer, stream, together, device) for _ in range(WARM_UP + steps)][WARM_UP:]
    trainer.show_average()
    seconds = {phase: median(laps.seconds[phase] for laps in done) for phase in PHASES}
    examples = max(laps.examples for laps in done)
    return Profile(steps, examples, str(device), torch.get_num_threads(), seconds, training_flops(plan, examples), matmul_rate(plan, device))


def _endless(batches: Batches) -> Iterator[Batch]:
    for epoch in count():
        yield from batches.epoch(epoch)


def _step(trainer: Trainer, batches: Iterator[Batch], together: int, device: torch.device) -> "_Laps":
    """A batch, or as many as make an update, as Trainer does it."""
    laps = _Laps(device)
    group = list(islice(batches, together))
    laps.examples = sum(examples_in(batch.labels) for batch in group)
    laps.end("data")
    for update in trainer.updates(group):
        trainer.begin(update.examples)
        laps.end("update")
        for piece in update.pieces:
            loss = trainer.loss(*piece)
            laps.end("forward")
            trainer.differentiate(loss, examples_in(piece[1]), update.examples)
            laps.end("backward")
        trainer.update()
        laps.end("update")
    return laps


class _Laps:
    """Seconds by phase; a GPU is waited for at the end of each."""

    def __init__(self, device: torch.device) -> None:
        self.device = device
        self.examples = 0
        self.seconds = dict.fromkeys(PHASES, 0.0)
        self.since = self._now()

    def end(self, phase: str) -> None:
        """What was done since the last end was this."""
        now = self._now()
        self.seconds[phase] += now - self.since
        self.since = now

    def _now(self) -> float:
        if self.device.type == "cuda":
            torch.cuda.synchronize(self.device)
        return perf_counter()


def matmul_rate(plan: Plan, device: torch.device) -> float:
    """FLOPs a second of a large product, in the number format that the plan's products have."""
    dtype = DTYPES[plan.train.autocast if plan.train and plan.train.autocast else plan.data_type]
    size = 8192 if device.type == "cuda" else 2048
    left, right = (torch.rand(size, size, device=device).to(dtype) for _ in range(2))
    seconds = []
    for _ in range(1 + REPEATS):
        laps = _Laps(device)
        torch.mm(left, right)
        laps.end("forward")
        seconds.append(laps.seconds["forward"])
    return 2 * size**3 / min(seconds)
