"""One training in a child process: when its epochs ended, and what became of it."""

import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Timer
from time import perf_counter
from typing import Any

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
        more = [word for change in changes for word in ("--set", change)]
        arguments = [peer, spec, "--data-dir", str(self.data_dir), "--epochs", str(epochs), "--enough", str(self.enough)]
        return self._run([self.python, "-m", "peers.child", *arguments, *more])

    def whole(self, peer: str, spec: str) -> Run:
        """A whole job, from the command to the table; netspec's is its own command."""
        data = ["--data-dir", str(self.data_dir)]
        if peer == "netspec":
            return self._run([self.python, "-c", "from netspec.cli import main; main()", "run", str(ROOT / "specs" / f"{spec}.yaml"), *data, "--no-fallback"])
        return self._run([self.python, "-m", "peers.child", peer, spec, *data, "--table"])

    def _run(self, command: Sequence[str]) -> Run:
        before, started = _used(), perf_counter()
        with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryFile("w+") as errors:
            with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True, cwd=folder, env=_environment(), start_new_session=True) as child:
                timer = Timer(self.limit, _stop, (child,))
                timer.start()
                events = _events(child)
            timer.cancel()
            errors.seek(0)
            last = (errors.read().strip().splitlines() or [""])[-1]
        wall = perf_counter() - started
        return _told(events, wall, _others(before, wall), _note(child.returncode, last, self.limit))


def _environment() -> dict[str, str]:
    """The user's own, and the two folders that children import from."""
    return os.environ | {"PYTHONPATH": os.pathsep.join([str(HERE), str(ROOT)])}


def _stop(child: "subprocess.Popen[str]") -> None:
    os.killpg(child.pid, signal.SIGKILL)


def _events(child: "subprocess.Popen[str]") -> list[dict[str, Any]]:
    """JSON documents among the lines; a program may print lines of its own."""
    lines = [line for line in child.stdout or () if line.startswith('{"event"')]
    return [json.loads(line) for line in lines if line.endswith("}\n")]


def _note(code: int, last: str, limit: float) -> str:
    if code == -signal.SIGKILL:
        return f"stopped after {limit:g} s"
    return f"failed: {last[:120]}" if code else ""


def _told(events: list[dict[str, Any]], wall: float, others: float | None, note: str) -> Run:
    said: dict[str, Any] = {}
    for event in events:
        said |= event
    if "what" in said:
        note = f"not installed: {said['what']}"
    if "why" in said:
        note = said["why"]
    epochs = [event["seconds"] for event in events if event["event"] == "epoch"]
    return Run(epochs, wall, said.get("accuracy"), said.get("versions", []), note, others)


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
