"""Runs in processes of their own, which can be killed, interrupted, and denied the disk."""

import json
import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import torch

from netspec.cli import invoke

sys.path.insert(0, str(Path(__file__).parent))  # the server that children are forked from imports it by name
import fault_children

ROOT = Path(__file__).resolve().parents[2]

LIMIT = 60
"""Seconds after which a process that does not end is a fault of its own."""


@dataclass(frozen=True)
class Child:
    """A netspec that runs beside us."""

    process: Any
    place: Path

    def end(self) -> int:
        """Wait for it; its exit code, negative for a signal it died of."""
        self.process.join(LIMIT)
        if self.process.exitcode is None:
            self.process.kill()
            self.process.join()
            pytest.fail(f"it does not end: {self.said}")
        return self.process.exitcode

    def send(self, number: int, *, group: bool = False) -> None:
        """Send a signal to it or to its whole group."""
        (os.killpg if group else os.kill)(self.process.pid, number)

    def kill(self) -> int:
        """Kill it without a warning."""
        with suppress(ProcessLookupError):
            self.send(signal.SIGKILL)
        return self.end()

    @property
    def said(self) -> str:
        """Everything it wrote so far."""
        path = self.place / "said"
        return path.read_text(encoding="utf-8") if path.exists() else ""


@dataclass(frozen=True)
class Outcome:
    """What a finished run left: everything but how long it took, and when."""

    weights: str
    history: list[dict[str, Any]]
    evaluation: dict[str, Any]


def outcome_of(run: Path) -> Outcome:
    """What a finished run left."""
    lines = (run / "history.jsonl").read_text(encoding="utf-8").splitlines()
    records = [{name: value for name, value in json.loads(line).items() if name != "seconds"} for line in lines]
    evaluation = json.loads((run / "evaluation.json").read_text(encoding="utf-8"))
    return Outcome(sha256((run / "weights.safetensors").read_bytes()).hexdigest(), records, evaluation)


@pytest.fixture(scope="session")
def outcome() -> Callable[[Path], Outcome]:
    """`outcome(run)`: what a finished run left."""
    return outcome_of


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the spec faulty.yaml, to work in."""
    monkeypatch.chdir(tmp_path)
    for name in ("COLUMNS", "NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "faulty.yaml").write_text(fault_children.SPEC, encoding="utf-8")
    return tmp_path


@pytest.fixture(scope="session")
def finished(start_at: Callable[..., Child], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which a run came to its end, with nothing happening to it; to be copied."""
    place = tmp_path_factory.mktemp("finished")
    assert start_at(place, "run", "faulty.yaml").end() == 0
    return place


@pytest.fixture(scope="session")
def whole(finished: Path) -> Outcome:
    """What faulty.yaml comes to."""
    return outcome_of(finished / "runs" / "latest")


@pytest.fixture(scope="session")
def server() -> Iterator[Any]:
    """Where children are forked from."""
    with pytest.MonkeyPatch.context() as patch:
        paths = filter(None, (str(Path(__file__).parent), str(ROOT), os.environ.get("PYTHONPATH")))
        for name, value in {"OMP_NUM_THREADS": "1", "NETSPEC_OFFLINE": "1", "PYTHONPATH": os.pathsep.join(paths)}.items():
            patch.setenv(name, value)
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["pytest", "fault_children"])
        from multiprocessing import forkserver

        forkserver.ensure_running()
    yield context
    forkserver._forkserver._stop()


@pytest.fixture(scope="session")
def start_at(server: Any) -> Callable[..., Child]:
    """`start_at(place, "run", "faulty.yaml", wire=…, before=…)`: the command in a forked process, in a folder that gets the spec."""

    def begin(place: Path, *arguments: str, wire: Any = None, before: Callable[[], None] | None = None) -> Child:
        spec = place / "faulty.yaml"
        if not spec.exists():
            spec.write_text(fault_children.SPEC, encoding="utf-8")
        process = server.Process(target=fault_children.netspec, args=([*arguments], place, wire, before))
        process.start()
        return Child(process, place)

    return begin


@pytest.fixture
def start(start_at: Callable[..., Child], place: Path) -> Callable[..., Child]:
    """The same, in the test's own folder."""
    return partial(start_at, place)


@dataclass(frozen=True)
class Said:
    """How a command ended, and what it said."""

    code: int
    out: str
    err: str


@pytest.fixture
def wired(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """`wired("full", 3, calls=("write",))`: a tripwire in this process, on the calls that reach into run folders."""

    @contextmanager
    def lay(act: str, number: int, **more: Any) -> Iterator[Any]:
        with monkeypatch.context() as patch:
            yield fault_children.Tripwire(act, number, **{"under": "runs"} | more).lay(patch.setattr)

    return lay


@pytest.fixture
def netspec(capsys: pytest.CaptureFixture[str]) -> Iterator[Callable[..., Said]]:
    """`netspec("run", "faulty.yaml")`: the command in this process, run to its end, on one thread as in the others."""

    def run(*arguments: str) -> Said:
        code = invoke([*arguments])
        captured = capsys.readouterr()
        return Said(code, captured.out, captured.err)

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield run
    torch.set_num_threads(threads)
