"""Going on with a run: finished, longer, twice at once, elsewhere, by itself (F12-F15, F27, F28, F41)."""

import json
import os
import re
import shutil
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import torch
from fault_children import Tripwire

from netspec.train import run_folder
from netspec.train.checkpoint import newest, steps

RESUME = ("resume", "runs/latest")
AUTO = ("run", "faulty.yaml", "--resume", "auto")


@pytest.fixture
def run(finished: Path, place: Path) -> Path:
    """The run in the test's folder."""
    shutil.copytree(finished / "runs", place / "runs", symlinks=True)
    return (place / "runs" / "latest").resolve()


def files(run: Path) -> dict[Path, tuple[int, bytes]]:
    return {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in run.rglob("*") if path.is_file()}


def history(run: Path) -> list[dict[str, Any]]:
    lines = (run / "history.jsonl").read_text(encoding="utf-8").splitlines()
    return [{name: value for name, value in json.loads(line).items() if name != "seconds"} for line in lines]


@pytest.mark.parametrize("more", [(), ("--epochs", "5"), ("--epochs", "3")])
def test_a_finished_run_has_nothing_to_do_and_is_not_touched(more: tuple[str, ...], run: Path, netspec: Callable) -> None:
    before = files(run)
    said = netspec(*RESUME, *more)
    assert (said.code, said.out, said.err) == (0, "", f"runs/{run.name} is finished; nothing to do\n")
    assert files(run) == before


def test_more_epochs_are_those_of_a_run_that_was_to_have_them_all_along(run: Path, netspec: Callable, place: Path) -> None:
    """The schedule counts iterations, so it goes on where it was; what the shorter run came to is kept."""
    short = json.loads((run / "evaluation.json").read_text(encoding="utf-8"))
    assert netspec(*RESUME, "--epochs", "7").code == 0
    assert netspec("run", "faulty.yaml", "--set", "train.epochs=7", "--runs", "other").code == 0
    other = place / "other" / "latest"
    assert history(run) == history(other)
    assert (run / "weights.safetensors").read_bytes() == (other / "weights.safetensors").read_bytes()
    assert json.loads((run / "evaluation-5.json").read_text(encoding="utf-8")) == short
    assert json.loads((run / "lock.json").read_text(encoding="utf-8"))["epochs"] == 7


def test_a_longer_run_that_is_stopped_goes_on_to_its_longer_end(run: Path, start: Callable, netspec: Callable) -> None:
    assert start(*RESUME, "--epochs", "7", wire=Tripwire("kill", 8, calls=("rename",))).end() == -9
    said = netspec(*RESUME)
    assert said.code == 0
    assert len(history(run)) == 7


def test_fewer_epochs_than_are_done_are_refused(run: Path, netspec: Callable) -> None:
    (run / "evaluation.json").unlink()
    said = netspec(*RESUME, "--epochs", "3")
    assert said.code == 2
    assert "error: --epochs must be at least 5, the epochs that are done, got 3\n" in said.err
    assert len(history(run)) == 5


@pytest.mark.parametrize("stop", [4, 10])
def test_early_stopping_and_the_best_score_are_as_if_nothing_had_happened(
    stop: int, netspec: Callable, start: Callable, place: Path, outcome: Callable
) -> None:
    """Training is made to get worse: the rate is far too high after the first epochs."""
    rates = "--set=learning_rate={type: map, values: {0: 0.05, 30: 3.0}, per: iteration}"
    wild = ("run", "faulty.yaml", rates, "--set", "train.epochs=30", "--set", "train.early_stopping={patience: 3}")
    assert netspec(*wild, "--runs", "whole").code == 0
    expected = outcome(place / "whole" / "latest")
    assert 4 < len(expected.history) < 30
    assert expected.evaluation["best_epoch"] == len(expected.history) - 3
    assert start(*wild, wire=Tripwire("SIGTERM", stop, calls=("rename",))).end() == 143
    assert netspec(*RESUME).code == 0
    assert outcome(place / "runs" / "latest") == expected


def test_the_checkpoint_of_the_best_epoch_is_kept_besides_the_newest(run: Path, netspec: Callable) -> None:
    best = json.loads((run / "evaluation.json").read_text(encoding="utf-8"))["best_epoch"]
    losses = [record["validation_loss"] for record in history(run)]
    assert losses[best - 1] == min(losses)
    assert netspec(*RESUME, "--epochs", "12").code == 0
    best = json.loads((run / "evaluation.json").read_text(encoding="utf-8"))["best_epoch"]
    names = [path.name for path in steps(run / "checkpoints")]
    assert f"step-{12 * best:08d}-{best:05d}" in names
    assert len(names) == 2 + (best < 12)


def test_another_number_of_threads_is_said_and_ends_close_by(netspec: Callable, start: Callable, place: Path, whole: Any) -> None:
    child = start("run", "faulty.yaml", wire=Tripwire("SIGTERM", 60, calls=("fsync",)))
    assert child.end() == 143
    torch.set_num_threads(3)  # the fixture puts back what was
    said = netspec(*RESUME)
    assert said.code == 0
    assert "warning: the result will not be bit-identical: threads was 1, is 3\n" in said.err
    ours = [record["loss"] for record in history(place / "runs" / "latest")]
    assert ours == pytest.approx([record["loss"] for record in whole.history], rel=1e-3)


def test_another_version_and_another_device_are_said(run: Path, netspec: Callable) -> None:
    (run / "evaluation.json").unlink()
    lock = json.loads((run / "lock.json").read_text(encoding="utf-8"))
    lock["versions"]["torch"], lock["machine"]["device"] = "1.0", "quantum"
    (run / "lock.json").write_text(json.dumps(lock), encoding="utf-8")
    said = netspec(*RESUME)
    assert said.code == 0
    assert f"warning: the result will not be bit-identical: device was quantum, is cpu; torch was 1.0, is {torch.__version__}\n" in said.err


def test_other_data_are_refused(run: Path, netspec: Callable) -> None:
    (run / "evaluation.json").unlink()
    lock = json.loads((run / "lock.json").read_text(encoding="utf-8"))
    lock["data"]["sha256"] = "0" * 64
    (run / "lock.json").write_text(json.dumps(lock), encoding="utf-8")
    said = netspec(*RESUME)
    assert said.code == 1
    assert f"error: the data of iris are not those that runs/{run.name} was trained on\n" in said.err


def test_a_second_process_on_a_run_is_refused_and_told_by_whom(start: Callable, place: Path, netspec: Callable) -> None:
    first = start("run", "faulty.yaml", "--set", "train.epochs=100000")
    while "epoch " not in first.said:
        assert first.process.exitcode is None, first.said
    before = (place / "runs" / "latest" / "history.jsonl").read_bytes()
    said = netspec(*RESUME)
    assert said.code == 3
    assert re.search(rf"error: runs/\S+ is in use by process {first.process.pid} on \S+ since \d{{4}}-\d\d-\d\d \d\d:\d\d:\d\d [+-]\d{{4}}\n", said.err)
    assert first.kill() == -9
    assert (place / "runs" / "latest" / "history.jsonl").read_bytes().startswith(before)


def test_the_lock_of_a_dead_process_is_taken_over_with_a_note(start: Callable, place: Path, netspec: Callable) -> None:
    child = start("run", "faulty.yaml", wire=Tripwire("kill", 60, calls=("fsync",)))
    assert child.end() == -9
    said = netspec(*RESUME)
    assert said.code == 0
    assert re.search(rf"runs/\S+ was left by process {child.process.pid} on \S+ since .+, which ended without a word\n", said.err)


def test_twenty_runs_at_once_make_twenty_folders(start: Callable, place: Path) -> None:
    children = [start("run", "faulty.yaml", "--set", "train.epochs=1", "--quiet") for _ in range(20)]
    assert [child.end() for child in children] == [0] * 20
    folders = [path for path in (place / "runs").iterdir() if path.name != "latest"]
    assert len(folders) == 20
    assert len({(path / "weights.safetensors").read_bytes() for path in folders}) == 1
    assert all((path / "evaluation.json").is_file() for path in folders)
    assert (place / "runs" / "latest").resolve() in folders


def test_auto_starts_a_new_run_where_there_is_none_to_go_on_with(netspec: Callable, run: Path, place: Path) -> None:
    said = netspec(*AUTO)
    assert said.code == 0
    assert "there is no unfinished run of this spec in runs; starting a new one\n" in said.err
    assert len(list((place / "runs").glob("faulty-*"))) == 2


def test_auto_goes_on_with_the_newest_unfinished_run_of_the_same_plan_only(netspec: Callable, run: Path, place: Path, whole: Any, outcome: Callable) -> None:
    """Newest by when it began, not by its name, which clocks that are set back repeat."""
    (run / "evaluation.json").unlink()
    older, other = run.with_name("faulty-20990101-000000"), run.with_name("faulty-20990101-000001")
    shutil.copytree(run, older)
    os.utime(older / "spec.yaml", (1, 1))
    assert netspec("run", "faulty.yaml", "--set", "seed=4").code == 0
    latest = (place / "runs" / "latest").resolve()
    latest.rename(other)
    (other / "evaluation.json").unlink()
    said = netspec(*AUTO)
    assert said.code == 0
    assert f"going on with runs/{run.name}\n" in said.err
    assert outcome(run) == whole
    assert not (older / "evaluation.json").exists()
    assert not (other / "evaluation.json").exists()
    assert (place / "runs" / "latest").resolve() == run


def test_resume_takes_no_word_but_auto(netspec: Callable) -> None:
    said = netspec("run", "faulty.yaml", "--resume", "always")
    assert said.code == 2
    assert "auto" in said.err


def test_a_clock_that_stands_still_or_goes_back_makes_new_folders_all_the_same(netspec: Callable, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Frozen(datetime):
        """The last night of summer time, twice."""

        @classmethod
        def now(cls, tz: Any = None) -> "Frozen":
            return cls(2026, 10, 25, 2, 30, 0)

    monkeypatch.setattr(run_folder, "datetime", Frozen)
    back = iter(range(2_000_000_000, 0, -1000))
    monkeypatch.setattr(time, "time", lambda: next(back))
    for _ in range(3):
        assert netspec("run", "faulty.yaml", "--set", "train.epochs=1").code == 0
    names = sorted(path.name for path in (place / "runs").iterdir())
    assert names == ["faulty-20261025-023000", "faulty-20261025-023000-2", "faulty-20261025-023000-3", "latest"]
    seconds = [json.loads((place / "runs" / name / "history.jsonl").read_text(encoding="utf-8"))["seconds"] for name in names[:3]]
    assert all(0 < value < 60 for value in seconds)


@pytest.mark.parametrize("at", range(1, 17, 5))
def test_a_run_stopped_at_any_save_ends_bit_identical(at: int, start: Callable, place: Path, netspec: Callable, whole: Any, outcome: Callable) -> None:
    """Saves stand after 5, 10, 12 (the epoch's end), 15, 20, 24 … 60 steps, the last before the final evaluation."""
    assert start("run", "faulty.yaml", wire=Tripwire("SIGINT", at, calls=("mkdir",))).end() in (130, 0)
    assert newest(place / "runs" / "latest" / "checkpoints")[1] == []
    said = netspec(*AUTO)
    assert said.code == 0
    assert outcome(place / "runs" / "latest") == whole
