"""The command line in the test's own process, in a folder of its own, without the network."""

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from netspec.cli import invoke

ROOT = Path(__file__).resolve().parents[2]

IRIS = """\
name: tiny
seed: 1
updater: adam
learning_rate: 0.02
layers:
  - {type: dense, n_out: 8, activation: tanh}
  - {type: output, n_out: 3, loss: negative_log_likelihood}
data: iris
train: {batch_size: 40, epochs: 2}
"""


@dataclass(frozen=True)
class Said:
    """How a command ended, and what it said."""

    code: int
    out: str
    err: str


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, own_words: None) -> Path:
    """A folder with the spec tiny.yaml, where no data but the shipped ones can be had."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NETSPEC_OFFLINE", "1")
    monkeypatch.setenv("NETSPEC_DATA", str(tmp_path / "no data"))
    for name in ("COLUMNS", "NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "tiny.yaml").write_text(IRIS, encoding="utf-8")
    return tmp_path


@pytest.fixture
def netspec(capsys: pytest.CaptureFixture[str]) -> Callable[..., Said]:
    """`netspec("run", "tiny.yaml")`: the command, run to its end."""

    def run(*arguments: str) -> Said:
        code = invoke(list(arguments))
        captured = capsys.readouterr()
        return Said(code, captured.out, captured.err)

    return run


@pytest.fixture
def started() -> Callable[..., "subprocess.Popen[str]"]:
    """`started("run", "tiny.yaml")`: the command in a process of its own, its streams in pipes."""

    def start(*arguments: str, **environment: str) -> "subprocess.Popen[str]":
        path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
        command = [sys.executable, "-c", "from netspec.cli import main; main()", *arguments]
        pipe = subprocess.PIPE
        return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=pipe, stderr=pipe, text=True, env=os.environ | {"PYTHONPATH": path} | environment)

    return start
