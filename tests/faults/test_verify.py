"""`netspec verify`: what is recorded is what comes out again, or the first epoch that does not is named."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from netspec.train.checkpoint import steps


@pytest.fixture
def run(finished: Path, place: Path) -> Path:
    """The run in the test's folder."""
    shutil.copytree(finished / "runs", place / "runs", symlinks=True)
    return (place / "runs" / "latest").resolve()


def change(run: Path, epoch: int, **figures: object) -> None:
    """Let the history say something else of an epoch."""
    path = run / "history.jsonl"
    records = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    records[epoch - 1].update(figures)
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")


def test_an_honest_run_is_reproduced_from_its_beginning_and_from_a_checkpoint_and_not_touched(run: Path, netspec: Callable) -> None:
    before = {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in run.rglob("*") if path.is_file()}
    said = netspec("verify", "runs/latest")
    kept = steps(run / "checkpoints")
    oldest = kept[-1].name
    assert said.code == 0
    assert said.out == f"from the beginning: epoch 1, reproduced\nfrom {oldest}: epoch 5, reproduced\nreproduced\n"
    assert {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in run.rglob("*") if path.is_file()} == before


def test_epochs_says_how_many_are_trained_again(run: Path, netspec: Callable) -> None:
    said = netspec("verify", "runs/latest", "--epochs", "3")
    assert said.code == 0
    assert said.out.startswith("from the beginning: epochs 1 to 3, reproduced\n")
    assert [line.split("  ")[0] for line in said.err.splitlines() if line.startswith("epoch")][:3] == ["epoch 1/3", "epoch 2/3", "epoch 3/3"]
    assert netspec("verify", "runs/latest", "--epochs", "99").out.startswith("from the beginning: epochs 1 to 5, reproduced\n")


@pytest.mark.parametrize(
    ("epoch", "figures", "told"),
    [
        (1, {"fingerprint": "0" * 64}, "epoch 1: fingerprint was 000000000000…, is "),
        (2, {"loss": 0.001}, "epoch 2: loss was 0.001, is 0."),
        (3, {"validation_accuracy": 1.0}, "epoch 3: validation_accuracy was 1.0, is 0."),
        (4, {"validation_figures": {"accuracy": 2.0}}, "epoch 4: validation accuracy was 2.0, is 0."),
        (5, {"learning_rate": 7.0}, "epoch 5: learning_rate was 7.0, is 0."),
    ],
)
def test_what_was_altered_is_named_by_its_first_epoch(epoch: int, figures: dict[str, object], told: str, run: Path, netspec: Callable) -> None:
    change(run, epoch, **figures)
    said = netspec("verify", "runs/latest", "--epochs", "5")
    assert said.code == 1
    assert f"from the beginning: epochs 1 to 5, differs first in {told}" in said.out
    assert said.out.endswith("not reproduced\n")
    told_again = json.loads(netspec("verify", "runs/latest", "--epochs", "5", "--json").out)
    assert (told_again["reproduced"], told_again["first_difference"], told_again["epochs"]) == (False, epoch, [1, 2, 3, 4, 5])


def test_how_long_an_epoch_took_is_no_part_of_the_result(run: Path, netspec: Callable) -> None:
    change(run, 1, seconds=1e6)
    assert netspec("verify", "runs/latest").code == 0


def test_an_epoch_altered_before_the_checkpoint_is_found_without_training_it(run: Path, netspec: Callable) -> None:
    """The checkpoint holds the history up to it, under its own checksum."""
    change(run, 3, loss=0.001)
    said = netspec("verify", "runs/latest")
    assert said.code == 1
    assert "from the beginning: epoch 1, reproduced\n" in said.out
    assert "epoch 5, differs first in epoch 3: loss was 0.001, is 0." in said.out


def test_damaged_checkpoints_are_not_started_from(run: Path, netspec: Callable) -> None:
    for path in steps(run / "checkpoints"):
        (path / "MANIFEST").write_bytes(b"")
    said = netspec("verify", "runs/latest")
    assert (said.code, said.out) == (0, "from the beginning: epoch 1, reproduced\nreproduced\n")


def test_why_it_cannot_be_identical_is_said(run: Path, netspec: Callable) -> None:
    torch.set_num_threads(2)  # the fixture puts back what was
    said = netspec("verify", "runs/latest", "--json")
    assert "warning: it cannot be expected to come out bit-identical: threads was 1, is 2\n" in said.err
    assert json.loads(said.out)["because"] == ["threads was 1, is 2"]


def test_a_run_without_a_finished_epoch_says_so(run: Path, netspec: Callable) -> None:
    (run / "history.jsonl").write_text("", encoding="utf-8")
    said = netspec("verify", "runs/latest")
    assert said.code == 1
    assert said.err == f"error: runs/{run.name} has no finished epoch to compare with\n"
    (run / "history.jsonl").unlink()
    assert "history.jsonl cannot be read: No such file or directory\n" in netspec("verify", "runs/latest").err


def test_a_torn_last_line_is_dropped_with_a_note(run: Path, netspec: Callable) -> None:
    path = run / "history.jsonl"
    path.write_bytes(path.read_bytes()[:-40])
    said = netspec("verify", "runs/latest", "--epochs", "5")
    assert said.code == 0
    assert f"warning: line 5 of runs/{run.name}/history.jsonl is damaged\n" in said.err
    assert "from the beginning: epochs 1 to 4, reproduced\n" in said.out


def test_no_such_run_is_wrong_use(netspec: Callable) -> None:
    said = netspec("verify", "nothing")
    assert (said.code, said.err) == (2, "error: nothing is not a run folder: it has no spec.yaml\n")


def test_a_run_that_is_being_trained_can_be_verified(start: Callable, place: Path, netspec: Callable) -> None:
    child = start("run", "faulty.yaml", "--set", "train.epochs=100000")
    while child.said.count("epoch ") < 5:
        assert child.process.exitcode is None, child.said
    said = netspec("verify", "runs/latest")
    assert said.code == 0
    assert said.out.endswith("reproduced\n")
    assert child.kill() == -9
