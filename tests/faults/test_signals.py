"""SIGINT, SIGTERM and SIGHUP, at any moment, to the process or to its group: a checkpoint, and 128 plus the number (F16-F19)."""

import re
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import fault_children
import numpy as np
import pytest
from fault_children import Tripwire

from netspec.train.checkpoint import newest
from netspec.train.signals import ONE_WISH

LONG = ("run", "faulty.yaml", "--set", "train.epochs=100000")
SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP")


def until_it_trains(child: Any) -> Any:
    """Wait for the second epoch of a run."""
    limit = time.monotonic() + 60
    while "epoch      2/" not in child.said:
        assert child.process.exitcode is None, child.said
        assert time.monotonic() < limit, child.said
        time.sleep(0.005)
    return child


def check_goes_on(start: Callable, place: Path, said: str, whole: Any, outcome: Callable) -> None:
    """The command that was printed goes on, to the same end."""
    command = re.search(r"help: netspec (resume .+)", said)
    assert command, said
    assert start(*command[1].split()).end() == 0
    assert outcome(place / "runs" / "latest") == whole


@pytest.mark.parametrize("group", [False, True], ids=["to the process", "to its group"])
@pytest.mark.parametrize("name", SIGNALS)
def test_a_signal_while_training_ends_it_within_a_batch_with_a_checkpoint(name: str, group: bool, start: Callable, place: Path) -> None:
    number = signal.Signals[name]
    child = until_it_trains(start(*LONG))
    child.send(number, group=group)
    assert child.end() == 128 + number
    told = re.search(rf"error: stopped by {name} (?:in epoch (\d+), after batch (\d+)|after epoch (\d+))\n   help: netspec resume (\S+)\n", child.said)
    assert told, child.said
    found, damaged = newest(place / told[4] / "checkpoints")
    assert damaged == []
    assert found is not None
    position = found.state["position"]
    assert (position["epoch"], position["batch"]) == (int(told[3] or int(told[1] or 0) - 1), int(told[2] or 0))
    assert "Traceback" not in child.said
    assert not (place / "runs" / "latest" / "evaluation.json").exists()


@pytest.mark.parametrize(
    ("name", "wire"),
    [
        ("SIGINT", Tripwire("SIGINT", 3, calls=("fsync",))),
        ("SIGTERM", Tripwire("SIGTERM", 40, calls=("fsync",))),
        ("SIGHUP", Tripwire("SIGHUP", 5, calls=("rename",))),
        ("SIGTERM", Tripwire("SIGTERM", 2, calls=("write",), under="history.jsonl")),
        ("SIGINT", Tripwire("SIGINT", 2, calls=("rmdir",))),
    ],
    ids=["before the first batch", "while a checkpoint is flushed", "as it gets its name", "while the history is written", "while old ones go"],
)
def test_a_signal_in_the_middle_of_a_save_lets_it_end_and_the_run_goes_on(
    name: str, wire: Tripwire, start: Callable, place: Path, whole: Any, outcome: Callable
) -> None:
    child = start("run", "faulty.yaml", wire=wire)
    assert child.end() == 128 + signal.Signals[name]
    assert "Traceback" not in child.said
    for folder in place.glob("runs/*/checkpoints"):
        assert newest(folder)[1] == []
    if "help: " in child.said:
        check_goes_on(start, place, child.said, whole, outcome)
    else:  # nothing was computed yet
        assert child.said == f"stopped by {name}\n"
        assert list((place / "runs").iterdir()) == []


@pytest.mark.parametrize(("name", "place_of"), [("SIGTERM", "validation"), ("SIGHUP", "test"), ("SIGINT", "test")])
def test_a_signal_in_an_evaluation_ends_it_and_the_run_goes_on(name: str, place_of: str, start: Callable, place: Path, whole: Any, outcome: Callable) -> None:
    child = start("run", "faulty.yaml", before=fault_children.Strike(name, place_of))
    assert child.end() == 128 + signal.Signals[name]
    where = "in epoch 1, after batch 12" if place_of == "validation" else "after training"
    assert f"error: stopped by {name} {where}\n" in child.said
    check_goes_on(start, place, child.said, whole, outcome)


@pytest.mark.parametrize("name", SIGNALS)
def test_a_signal_while_data_are_read_leaves_at_once_and_makes_no_folder(name: str, start: Callable, place: Path) -> None:
    child = start("run", "faulty.yaml", before=fault_children.Strike(name, "data"))
    assert child.end() == 128 + signal.Signals[name]
    assert child.said.splitlines() == [f"stopped by {name}"]
    assert not (place / "runs").exists()


@pytest.fixture
def streamed(place: Path) -> Path:
    """A folder with a spec whose examples are read batch by batch."""
    generator = np.random.default_rng(3)
    np.save(place / "x.npy", generator.normal(3, 2, (200, 6)))
    np.save(place / "y.npy", np.arange(200) % 3)
    (place / "streamed.yaml").write_text(fault_children.STREAMED, encoding="utf-8")
    return place


@pytest.mark.parametrize(("name", "workers"), [("SIGINT", 0), ("SIGINT", 2), ("SIGTERM", 2)])
def test_a_signal_to_the_group_takes_no_worker_before_the_checkpoint_is_written(
    name: str, workers: int, start: Callable, streamed: Path, outcome: Callable
) -> None:
    spec = ("run", "streamed.yaml", "--set", f"data.workers={workers}")
    assert start(*spec, "--runs", "whole").end() == 0
    child = start(*spec, wire=Tripwire(f"{name} group", 9, calls=("rename",)))
    assert child.end() == 128 + signal.Signals[name]
    assert f"error: stopped by {name} " in child.said
    check_goes_on(start, streamed, child.said, outcome(streamed / "whole" / "latest"), outcome)


def test_a_second_signal_leaves_at_once_and_the_last_checkpoint_is_whole(start: Callable, place: Path) -> None:
    """The batch that must end first takes ten seconds here."""
    child = until_it_trains(start(*LONG, before=fault_children.Strike("SIGINT", "slow batch")))
    while not (place / "struck").exists():
        time.sleep(0.01)
    time.sleep(2 * ONE_WISH)
    begun = time.monotonic()
    child.send(signal.SIGINT)
    assert child.end() == 130
    assert time.monotonic() - begun < 1
    found, damaged = newest(place / "runs" / "latest" / "checkpoints")
    assert found is not None
    assert damaged == []


def test_two_signals_of_one_wish_count_once(start: Callable, place: Path) -> None:
    """A wrapper that hands on what the terminal has sent to the whole group already."""
    child = until_it_trains(start(*LONG))
    child.send(signal.SIGINT, group=True)
    child.send(signal.SIGTERM)
    assert child.end() in (130, 143)
    assert "error: stopped by SIG" in child.said
    assert "help: netspec resume runs/" in child.said


def test_what_was_ignored_stays_ignored_as_under_nohup(start: Callable, place: Path, whole: Any, outcome: Callable) -> None:
    child = start("run", "faulty.yaml", before=fault_children.Strike("SIGHUP", "validation", ignored=True))
    assert child.end() == 0
    assert outcome(place / "runs" / "latest") == whole


def test_a_run_that_gets_through_at_the_first_attempt_is_interrupted_by_nothing(start: Callable, place: Path, whole: Any, outcome: Callable) -> None:
    """A signal after the last figure is written comes too late to stop anything."""
    child = start("run", "faulty.yaml", wire=Tripwire("SIGTERM", 1, calls=("replace",), under=".evaluation.json"))
    assert child.end() == 0
    assert outcome(place / "runs" / "latest") == whole


def test_the_command_to_go_on_is_one_that_a_shell_can_read(start_at: Callable, place: Path) -> None:
    spot = place / "my runs; here"
    spot.mkdir()
    (spot / "nothing.py").write_text("", encoding="utf-8")
    child = start_at(spot, "run", "faulty.yaml", "--runs", "a b", "--plugin", "nothing.py", wire=Tripwire("SIGTERM", 40, calls=("fsync",)))
    assert child.end() == 143
    command = re.search(r"help: netspec (.+)\n", child.said)
    assert command
    words = subprocess.run(["sh", "-c", f"printf '%s\\n' {command[1]}"], capture_output=True, text=True, check=True).stdout.splitlines()
    assert start_at(spot, *words).end() == 0
    assert words[-2:] == ["--plugin", "nothing.py"]
