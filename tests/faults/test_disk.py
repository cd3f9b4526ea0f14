"""A disk that refuses: full, broken, read-only. What was there stays whole, and the run can go on (F4, F5, F6)."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fault_children import nobody_reads, small_files

from netspec.train.checkpoint import newest

RUN = ("run", "faulty.yaml", "--resume", "auto")


def refused_at(number: int, act: str, netspec: Callable, wired: Callable) -> bool:
    """Whether a run reached the n-th call that changes the disk; it then ends with a plain message, or does without."""
    with wired(act, number) as wire:
        said = netspec(*RUN)
    assert said.code in ((0, 3) if wire.seen >= number else (0,))
    assert "Traceback" not in said.err
    if said.code == 3:
        assert "No space left on device" in said.err
        assert "what was there before is whole" in said.err or "choose another with --runs" in said.err
        assert list(Path().glob("runs/**/.*.part")) == []
    return wire.seen >= number


def check_goes_on(netspec: Callable, place: Path, whole: Any, outcome: Callable) -> None:
    for folder in place.glob("runs/*/checkpoints"):
        assert newest(folder)[1] == []
    if not list(place.glob("runs/*/evaluation.json")):
        assert netspec(*RUN).code == 0
    assert outcome(place / "runs" / "latest") == whole


@pytest.mark.parametrize("number", [1, 8, 40, 61, 150])
def test_a_disk_that_is_full_at_any_call_costs_nothing_that_was_there(
    number: int, netspec: Callable, wired: Callable, place: Path, whole: Any, outcome: Callable
) -> None:
    assert refused_at(number, "full", netspec, wired)
    check_goes_on(netspec, place, whole, outcome)


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_a_disk_that_is_full_at_each_call_in_turn_costs_nothing_that_was_there(
    netspec: Callable, wired: Callable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, whole: Any, outcome: Callable
) -> None:
    text, number = (tmp_path / "faulty.yaml").read_text(encoding="utf-8"), 0
    while True:
        number += 1
        spot = tmp_path / str(number)
        spot.mkdir()
        (spot / "faulty.yaml").write_text(text, encoding="utf-8")
        monkeypatch.chdir(spot)
        if not refused_at(number, "full", netspec, wired):
            break
        check_goes_on(netspec, spot, whole, outcome)
    print(f"refused at {number - 1} calls")  # noqa: T201  # the record of a slow test
    assert number > 100


def test_a_full_disk_says_what_is_needed_and_what_is_free(netspec: Callable, wired: Callable, place: Path) -> None:
    with wired("full", 1, calls=("write",), under="model.safetensors"):
        said = netspec("run", "faulty.yaml")
    run = next(place.glob("runs/faulty-*")).relative_to(place)
    assert said.code == 3
    assert f"error: {run}/checkpoints/step-00000005-00000 cannot be written: No space left on device\n" in said.err
    assert " kB, and " in said.err
    assert f" are free in {run}/checkpoints; what was there before is whole" in said.err


def test_files_that_may_not_grow_end_the_run_with_3_and_leave_no_half_checkpoint(start: Callable, place: Path) -> None:
    """A limit that the operating system itself enforces, in the middle of a write."""
    child = start("run", "faulty.yaml", "--set", "layers.0.n_out=3000", before=small_files)
    assert child.end() == 3
    assert "cannot be written: File too large" in child.said
    assert "Traceback" not in child.said
    assert list(next(place.glob("runs/*/checkpoints")).iterdir()) == []


@pytest.mark.parametrize("act", ["full", "broken"])
def test_a_history_that_cannot_be_written_warns_once_and_is_whole_at_the_end(
    act: str, netspec: Callable, wired: Callable, place: Path, whole: Any, outcome: Callable
) -> None:
    """Every checkpoint holds the whole history: no line of it is worth the training."""
    with wired(act, 2, calls=("write",), under="history.jsonl"):
        said = netspec("run", "faulty.yaml")
    assert said.code == 0
    assert said.err.count("history.jsonl cannot be written now: ") == 1
    assert outcome(place / "runs" / "latest") == whole


def test_a_reader_of_the_progress_who_leaves_stops_nothing(start: Callable, place: Path, whole: Any, outcome: Callable) -> None:
    assert start("run", "faulty.yaml", before=nobody_reads).end() == 0
    assert outcome(place / "runs" / "latest") == whole


def test_a_run_folder_that_may_not_be_written_is_refused_before_training(netspec: Callable, wired: Callable, place: Path) -> None:
    assert netspec("run", "faulty.yaml", "--set", "train.epochs=1").code == 0
    run = next(place.glob("runs/faulty-*"))
    (run / "evaluation.json").unlink()
    (run / ".lock").unlink()
    with wired("denied", 1, calls=("open", "write", "mkdir", "rename", "replace")):
        said = netspec("resume", str(run))
    assert said.code == 3
    assert said.err == f"error: {run} cannot be written: Permission denied\n"


def test_files_in_a_run_folder_that_may_not_be_written_are_refused_before_training(netspec: Callable, wired: Callable, place: Path) -> None:
    assert netspec("run", "faulty.yaml", "--set", "train.epochs=1").code == 0
    run = next(place.glob("runs/faulty-*"))
    (run / "evaluation.json").unlink()
    with wired("denied", 1, calls=("write", "mkdir", "rename", "replace")):
        said = netspec("resume", str(run))
    assert said.code == 3
    assert f"error: {run / 'history.jsonl'} cannot be written: Permission denied\n" in said.err
    assert "epoch 1/1" not in said.err


def test_a_file_in_place_of_the_checkpoints_is_named(netspec: Callable, place: Path) -> None:
    assert netspec("run", "faulty.yaml", "--set", "train.epochs=1").code == 0
    run = next(place.glob("runs/faulty-*"))
    for path in (run / "checkpoints").iterdir():
        for file in path.iterdir():
            file.unlink()
        path.rmdir()
    (run / "checkpoints").rmdir()
    (run / "checkpoints").write_text("", encoding="utf-8")
    (run / "evaluation.json").unlink()
    said = netspec("resume", str(run))
    assert said.code == 3
    assert "checkpoints/step-00000005-00000 cannot be written: " in said.err


def test_everything_is_flushed_before_it_gets_its_name_and_its_folder_after(netspec: Callable, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the disk may lose when the power fails: a name must never come to it before what it names."""
    told: list[tuple[str, Path]] = []
    fsync, rename, replace = os.fsync, os.rename, os.replace

    def flush(descriptor: int) -> None:
        told.append(("flush", Path(f"/proc/self/fd/{descriptor}").readlink()))
        fsync(descriptor)

    def move(call: Callable) -> Callable:
        def moved(source: Any, target: Any) -> None:
            told.append(("name", Path(source).absolute()))
            written[Path(source).absolute()] = sorted(Path(source).absolute().iterdir()) if Path(source).is_dir() else []
            call(source, target)
            told.append(("named", Path(target).absolute()))

        return moved

    written: dict[Path, list[Path]] = {}
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", flush)
        patch.setattr(os, "rename", move(rename))
        patch.setattr(os, "replace", move(replace))
        assert netspec("run", "faulty.yaml", "--set", "train.epochs=1").code == 0
    named = [(at, path) for at, (what, path) in enumerate(told) if what == "name" and path.name.endswith(".part")]
    kept = [(at, path) for at, path in named if told[at + 1][1].name.startswith(("step-", "weights", "lock", "evaluation", "spec", "plan"))]
    assert len(kept) == 8  # after 5, 10 and all 12 steps of the epoch a checkpoint, and five files
    for at, path in kept:
        assert {path, *written[path]} <= {where for what, where in told[:at] if what == "flush"}
        assert ("flush", path.parent) in told[at + 1 :]


def test_the_history_of_a_whole_run_is_plain_json(whole: Any) -> None:
    assert json.loads(json.dumps(whole.history, allow_nan=False)) == whole.history
