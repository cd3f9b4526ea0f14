"""Killed at any moment, a run ends bit-identical, and no save is ever half there (F1, F2, F43)."""

import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from fault_children import AUGMENTED, Tripwire

from netspec.train import checkpoint, saving
from netspec.train.checkpoint import Checkpoint, newest

AUTO = ("run", "faulty.yaml", "--resume", "auto")


def killed_again_and_again(start: Callable, place: Path, draw: random.Random, longest: float) -> tuple[int, Path]:
    """A run that is killed at random moments until it gets through; how often, and its folder."""
    kills = 0
    while True:
        child = start(*AUTO)
        child.process.join(draw.uniform(0, longest))
        code = child.kill()
        if code == 0:
            return kills, place / "runs" / "latest"
        assert code == -9, child.said
        kills += 1


def kills_over_runs(start_at: Callable, place: Path, whole: Any, outcome: Callable, kills: int, runs: int) -> tuple[int, int]:
    """So many kills, over so many runs at least, each ending as the whole one."""
    begun = time.monotonic()
    assert start_at(place, *AUTO).end() == 0
    longest = time.monotonic() - begun
    done, finished, draw = 0, 0, random.Random(7)
    while done < kills or finished < runs:
        spot = place / str(finished)
        spot.mkdir()
        more, folder = killed_again_and_again(lambda *said, spot=spot: start_at(spot, *said), spot, draw, longest)
        assert outcome(folder) == whole
        done, finished = done + more, finished + 1
    return done, finished


def test_kills_at_random_moments_leave_no_trace_in_the_result(start_at: Callable, place: Path, whole: Any, outcome: Callable) -> None:
    kills_over_runs(start_at, place, whole, outcome, kills=5, runs=1)


@pytest.mark.parametrize("call", [12, 30, 47])
def test_a_kill_leaves_no_trace_where_images_are_augmented(call: int, start: Callable, place: Path, outcome: Callable) -> None:
    generator = np.random.default_rng(3)
    np.save(place / "images.npy", generator.integers(0, 256, (150, 1, 5, 4), np.uint8))
    np.save(place / "y.npy", np.arange(150) % 3)
    (place / "augmented.yaml").write_text(AUGMENTED, encoding="utf-8")
    assert start("run", "augmented.yaml", "--runs", "whole").end() == 0
    auto = ("run", "augmented.yaml", "--resume", "auto")
    assert start(*auto, wire=Tripwire("kill", call, calls=("fsync",))).end() == -9
    assert start(*auto).end() == 0
    assert outcome(place / "runs" / "latest") == outcome(place / "whole" / "latest")


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_200_kills_over_at_least_10_runs_leave_no_trace_in_the_result(start_at: Callable, place: Path, whole: Any, outcome: Callable) -> None:
    kills, runs = kills_over_runs(start_at, place, whole, outcome, kills=200, runs=10)
    print(f"{kills} kills over {runs} runs")  # noqa: T201  # the record of a slow test


def killed_at(number: int, start_at: Callable, spot: Path) -> bool:
    """Whether a run reached its n-th call that changes the disk, and was killed there."""
    spot.mkdir()
    code = start_at(spot, *AUTO, wire=Tripwire("kill", number)).end()
    assert code in (0, -9)
    return code == -9


def check_goes_on(start_at: Callable, spot: Path, whole: Any, outcome: Callable) -> None:
    """What is there is whole, the run goes on to the same end, and nothing half-written stays."""
    for folder in spot.glob("runs/*/checkpoints"):
        assert newest(folder)[1] == []
    assert start_at(spot, *AUTO).end() == 0
    folder = (spot / "runs" / "latest").resolve()
    assert outcome(folder) == whole
    assert [path for path in folder.rglob(".*") if path.name not in (".lock",)] == []


@pytest.mark.parametrize("number", [9, 24, 57, 90])
def test_a_kill_inside_a_write_a_flush_or_a_rename_leaves_what_was_there(number: int, start_at: Callable, place: Path, whole: Any, outcome: Callable) -> None:
    assert killed_at(number, start_at, place / "killed")
    check_goes_on(start_at, place / "killed", whole, outcome)


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_a_kill_at_every_call_that_changes_the_disk_leaves_what_was_there(start_at: Callable, place: Path, whole: Any, outcome: Callable) -> None:
    number = 1
    while killed_at(number, start_at, spot := place / str(number)):
        check_goes_on(start_at, spot, whole, outcome)
        number += 1
    print(f"killed at {number - 1} calls")  # noqa: T201  # the record of a slow test
    assert number > 100


def test_who_reads_what_is_pruned_in_that_moment_looks_again(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def small(step: int) -> Checkpoint:
        return Checkpoint(step, 0, {}, {"model": {"w": torch.zeros(3)}, "optimizer": {}, "random": {}})

    for step in (1, 2):
        saving.write_checkpoint(place / "kept", small(step), keep=2)
    real, read = checkpoint.read_checkpoint, []

    def overtaken(path: Path) -> Any:
        read.append(path.name)
        if len(read) == 1:
            for step in (3, 4):
                saving.write_checkpoint(place / "kept", small(step), keep=2)
        return real(path)

    monkeypatch.setattr(checkpoint, "read_checkpoint", overtaken)
    found, damaged = newest(place / "kept")
    assert (found and found.step, damaged) == (4, [])
    assert read == ["step-00000002-00000", "step-00000001-00000", "step-00000004-00000"]


def test_who_reads_while_training_writes_and_prunes_always_finds_a_whole_checkpoint(start: Callable, place: Path) -> None:
    child = start("run", "faulty.yaml", "--set", "train.epochs=4", "--set", "train.checkpoint.every_steps=1")
    found = 0
    while child.process.exitcode is None:
        for folder in place.glob("runs/*/checkpoints"):
            checkpoint, damaged = newest(folder)
            assert damaged == []
            assert checkpoint is not None or not found
            found += checkpoint is not None
    assert child.end() == 0
    assert found > 10
