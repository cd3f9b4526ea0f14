"""netspec in a forked process that something happens to.

Children are forked from a server that has imported torch and computed nothing, so that one costs a fraction of a
second. What happens is put in their way by replacing the calls of the operating system that netspec makes.
"""

import errno
import io
import multiprocessing
import os
import resource
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from netspec import build
from netspec.cli import main
from netspec.cli.app import app_for
from netspec.modules.vision import vision
from netspec.report import evaluation, progress  # noqa: F401  # what the children would each have to import for themselves
from netspec.train import data, earlier, evaluate, failures, keeping, lock, replay, run_folder  # noqa: F401
from netspec.train.trainer import Trainer

SPEC = """\
name: faulty
seed: 3
updater: nesterovs
learning_rate: {type: exponential, initial: 0.05, gamma: 0.99}
momentum: 0.9
l2: 0.01
dropout: 0.3
layers:
  - {type: dense, n_out: 12, activation: relu}
  - {type: batch_norm}
  - {type: dense, n_out: 8, activation: tanh, updater: adam, learning_rate: 0.01}
  - {type: output, n_out: 3, loss: negative_log_likelihood}
data: {type: iris, split: {validation: 0.2}}
train: {batch_size: 8, epochs: 5, checkpoint: {every_steps: 5}}
"""
STREAMED = """\
seed: 4
updater: adam
dropout: 0.3
layers:
  - {type: dense, n_out: 12, activation: relu}
  - {type: output, n_out: 3, loss: negative_log_likelihood}
data: {type: arrays, features: x.npy, labels: y.npy, resident: false, split: {validation: 0.2}}
train: {batch_size: 8, epochs: 3, checkpoint: {every_steps: 5}}
"""
AUGMENTED = """\
seed: 4
updater: adam
dropout: 0.3
layers:
  - {type: dense, n_out: 12, activation: relu}
  - {type: output, n_out: 3, loss: negative_log_likelihood}
data:
  type: arrays
  features: images.npy
  labels: y.npy
  workers: 0
  augment: [{type: random_crop, padding: 2}, random_horizontal_flip, {type: random_rotation, degrees: 20}, random_perspective]
  split: {validation: 0.2}
train: {batch_size: 8, epochs: 3, checkpoint: {every_steps: 5}}
"""
vision()
build(SPEC).data()
app_for([])

REFUSALS = {"full": errno.ENOSPC, "broken": errno.EIO, "denied": errno.EACCES}
CALLS = ("mkdir", "write", "fsync", "rename", "replace", "unlink", "rmdir")


@dataclass
class Tripwire:
    """Something that happens at the n-th of netspec's calls that change the disk."""

    act: str
    """`kill`, an error of the disk (`full`, `broken`; `denied` from there on), or a signal (`SIGINT`; `SIGINT group`: to the whole group)."""

    number: int
    """Counted from 1 over all the calls named."""

    calls: tuple[str, ...] = CALLS
    under: str = ""
    """Only calls on paths with this in their name; a flush has no name and always counts."""

    seen: int = field(default=0, init=False)

    def lay(self, put: Callable[[Any, str, Any], None] = setattr) -> "Tripwire":
        """Replace the calls in this process, for good or as monkeypatch does."""
        for name in self.calls:
            if name != "write":
                put(os, name, self._wired(getattr(os, name)))
        if "write" in self.calls:
            opened = io.open
            put(io, "open", lambda file, mode="r", *rest, **more: self._open(opened, file, mode, *rest, **more))
        return self

    def _wired(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def wired(*arguments: Any, **named: Any) -> Any:
            if self.reached(arguments[0] if arguments else ""):
                self.happen(lambda: None)
            return call(*arguments, **named)

        return wired

    def _open(self, opened: Callable[..., Any], file: Any, mode: str, *rest: Any, **more: Any) -> Any:
        if not set(mode) & set("wa") or self.under not in str(file):
            return opened(file, mode, *rest, **more)
        if self.act == "denied" and self.reached(file):
            self.happen(lambda: None)
        return _Stream(opened(file, mode, *rest, **more), self)

    def reached(self, where: Any) -> bool:
        """Count a call; whether it is the one."""
        if not isinstance(where, int) and self.under not in str(where):
            return False
        self.seen += 1
        return self.seen == self.number or (self.act == "denied" and self.seen > self.number)

    def happen(self, first: Callable[[], None]) -> None:
        """Do what is to be done, after `first` where the disk is left in the middle of something."""
        if self.act == "kill":
            first()
            os.kill(os.getpid(), signal.SIGKILL)
        elif self.act in REFUSALS:
            first()
            raise OSError(REFUSALS[self.act], os.strerror(REFUSALS[self.act]))
        elif self.act.endswith(" group"):
            os.killpg(0, getattr(signal, self.act.removesuffix(" group")))
        else:
            os.kill(os.getpid(), getattr(signal, self.act))


class _Stream:
    """A file that may die half-way through a write."""

    def __init__(self, stream: Any, wire: Tripwire) -> None:
        self.stream, self.wire = stream, wire

    def __enter__(self) -> "_Stream":
        return self

    def __exit__(self, *_: object) -> None:
        self.stream.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)

    def write(self, content: Any) -> int:
        if self.wire.reached(0):
            self.wire.happen(lambda: (self.stream.write(content[: len(content) // 2]), self.stream.flush()))
        return self.stream.write(content)


@dataclass
class Strike:
    """A signal that arrives in the middle of one of netspec's computations, once."""

    name: str
    place: str
    """`data`, `validation`, `test` (the final evaluation) or `slow batch`, a batch of the third epoch that then takes ten seconds."""

    ignored: bool = False
    """Whether the signal was ignored when netspec began, as under nohup."""

    struck: bool = field(default=False, init=False)

    def __call__(self) -> None:
        """Lay it in this process."""
        if self.ignored:
            signal.signal(getattr(signal, self.name), signal.SIG_IGN)
        owner, call = {"data": (data, "_read"), "slow batch": (Trainer, "step")}.get(self.place, (evaluate._Counted, "add"))
        before = getattr(owner, call)

        def struck(*arguments: Any) -> Any:
            result = before(*arguments)
            if not self.struck and self._is_now(arguments):
                self.struck = True
                os.kill(os.getpid(), getattr(signal, self.name))
                if self.place == "slow batch":
                    Path("struck").touch()
                    time.sleep(10)
            return result

        setattr(owner, call, struck)

    def _is_now(self, arguments: Any) -> bool:
        if self.place == "slow batch":
            return arguments[0].epoch == 2
        return self.place != "test" or len(arguments[2]) == 30  # 30 examples to test, 24 to validate


def small_files() -> None:
    """No file of this process may be larger than 30 kB."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, 30_000))


def little_memory() -> None:
    """This process may take 200 MB more than it has."""
    pages = int(Path("/proc/self/statm").read_text(encoding="utf-8").split()[0])
    limit = pages * os.sysconf("SC_PAGE_SIZE") + 200_000_000
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


def nobody_reads() -> None:
    """Whoever read what this process says has left."""
    reading, writing = os.pipe()
    os.close(reading)
    os.dup2(writing, 2)


def netspec(arguments: list[str], place: Path, wire: Tripwire | None, before: Callable[[], None] | None) -> None:
    """The command line in this process, in a group of its own, its streams in the file `said`."""
    os.setsid()
    os.chdir(place)
    multiprocessing.set_start_method("fork", force=True)  # as in a process of one's own; not by way of another server
    said = os.open(place / "said", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(said, 1)
    os.dup2(said, 2)
    sys.argv = ["netspec", *arguments]
    if before:
        before()
    if wire:
        wire.lay()
    main()
