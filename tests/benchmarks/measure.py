"""One training in a child process: when its epochs ended, and what became of it."""

import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Timer
from time import perf_counter
from typing import Any, Self

from processor_time import busy_seconds, cores
from tables import ROOT

HERE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Run:
    """What a child reported."""

    epochs: list[float] = field(default_factory=list)
    """Seconds of each epoch; the first holds what is done once, compilation for example."""

    wall: float = 0.0
    """Seconds from the start of the process to its end."""

    accuracy: float | None = None
    """On the test images."""

    versions: list[str] = field(default_factory=list)
    note: str = ""
    """Why there is nothing, or not everything."""

    others: float | None = None
    """Share of the machine's processor time that other programs took meanwhile."""

    @property
    def later(self) -> list[float]:
        """Epochs without the first, or that one where there is no other."""
        return self.epochs[1:] or self.epochs


@dataclass(frozen=True)
class Bench:
    """How children are run."""

    python: str
    data_dir: Path
    limit: float
    """Seconds after which a child is stopped; what it has reported by then counts."""

    enough: float
    """Seconds of training after which no further epoch is begun."""

    def train(self, peer: str, spec: str, epochs: int, changes: Sequence[str] = ()) -> Run:
        """Some epochs of a spec in one program; `changes` are fields of the job, `hidden=500`."""
        return self._run([*self._training(peer, spec, epochs, changes), "--enough", str(self.enough)])

    def in_turns(self, peer: str, spec: str, epochs: int, changes: Sequence[str] = ()) -> tuple[Run, Run]:
        """netspec and another program, an epoch each in turns: the machine's moods meet both."""
        commands = [[*self._training(name, spec, epochs, changes), "--turns"] for name in ("netspec", peer)]
        before, started = _used(), perf_counter()
        with Child(commands[0], self.limit) as ours, Child(commands[1], self.limit) as theirs:
            ready = [child.until("start") for child in (ours, theirs)]
            while all(ready) and theirs.trained < self.enough and ours.go() and theirs.go():
                pass
            ours.end(), theirs.end()
        others = _others(before, perf_counter() - started)
        return ours.run(others), theirs.run(others)

    def whole(self, peer: str, spec: str) -> Run:
        """A whole job, from the command to the table; netspec's is its own command."""
        data = ["--data-dir", str(self.data_dir)]
        if peer == "netspec":
            return self._run([self.python, "-c", "from netspec.cli import main; main()", "run", str(ROOT / "specs" / f"{spec}.yaml"), *data, "--no-fallback"])
        return self._run([self.python, "-m", "peers.child", peer, spec, *data, "--table"])

    def _training(self, peer: str, spec: str, epochs: int, changes: Sequence[str]) -> list[str]:
        more = [word for change in changes for word in ("--set", change)]
        return [self.python, "-m", "peers.child", peer, spec, "--data-dir", str(self.data_dir), "--epochs", str(epochs), *more]

    def _run(self, command: Sequence[str]) -> Run:
        before, started = _used(), perf_counter()
        with Child(command, self.limit) as child:
            child.end()
        return child.run(_others(before, perf_counter() - started))


class Child:
    """A program in a process of its own, and what it reports."""

    def __init__(self, command: Sequence[str], limit: float) -> None:
        self.command, self.limit, self.events = command, limit, list[dict[str, Any]]()

    def __enter__(self) -> Self:
        self._folder, self._errors, self._started = tempfile.TemporaryDirectory(), tempfile.TemporaryFile("w+"), perf_counter()
        pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": self._errors}
        self._process = subprocess.Popen(self.command, **pipes, text=True, cwd=self._folder.name, env=_environment(), start_new_session=True)
        self._timer = Timer(self.limit, self._stop)
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        if self._process.poll() is None:
            self._stop()
        for pipe in (self._process.stdin, self._process.stdout, self._errors):
            with suppress(BrokenPipeError):
                pipe.close()
        self._process.wait()
        self._folder.cleanup()

    @property
    def epochs(self) -> list[float]:
        """Seconds of each so far."""
        return [event["seconds"] for event in self.events if event["event"] == "epoch"]

    @property
    def trained(self) -> float:
        """Seconds of all epochs."""
        return sum(self.epochs)

    def go(self) -> bool:
        """Let it train an epoch; False where it ended instead."""
        return self._say("go") and self.until("epoch")

    def until(self, event: str) -> bool:
        """Read up to an event; False where it ended before. A program may print lines of its own."""
        for line in self._process.stdout or ():
            if line.startswith('{"event"') and line.endswith("}\n"):
                self.events.append(json.loads(line))
                if self.events[-1]["event"] == event:
                    return True
        return False

    def end(self) -> None:
        """Let it end, without a further epoch if it trains in turns."""
        self._say("enough")
        self.until("nothing more")
        self._code, self._wall = self._process.wait(), perf_counter() - self._started
        self._errors.seek(0)
        self._last = (self._errors.read().strip().splitlines() or [""])[-1]

    def run(self, others: float | None) -> Run:
        """What it reported, once it has ended."""
        said = {name: value for event in self.events for name, value in event.items()}
        return Run(self.epochs, self._wall, said.get("accuracy"), said.get("versions", []), self._note(said), others)

    def _note(self, said: Mapping[str, Any]) -> str:
        if "why" in said or "what" in said:
            return str(said.get("why") or f"not installed: {said['what']}")
        if self._code == -signal.SIGKILL:
            return f"stopped after {self.limit:g} s"
        return f"failed: {self._last[:120]}" if self._code else ""

    def _say(self, word: str) -> bool:
        try:
            print(word, file=self._process.stdin, flush=True)
        except BrokenPipeError:
            return False
        return True

    def _stop(self) -> None:
        os.killpg(self._process.pid, signal.SIGKILL)


def _environment() -> dict[str, str]:
    """The user's own, and the two folders that children import from."""
    return os.environ | {"PYTHONPATH": os.pathsep.join([str(HERE), str(ROOT)])}


def _used() -> tuple[float | None, float]:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return busy_seconds(), children.ru_utime + children.ru_stime


def _others(before: tuple[float | None, float], wall: float) -> float | None:
    after = _used()
    if before[0] is None or after[0] is None:
        return None
    return max(0.0, (after[0] - before[0]) - (after[1] - before[1])) / (wall * cores())


class BusyNeighbour:
    """One other process at full load, while this is open."""

    def __enter__(self) -> None:
        self.process = subprocess.Popen([sys.executable, "-c", "while True: pass"])

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
