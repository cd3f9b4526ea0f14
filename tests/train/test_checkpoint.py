"""Checkpoints: whole or absent, every flipped bit found, and a training that goes on as if it had never stopped."""

import json
import random
from pathlib import Path

import pytest
import torch

from netspec import build
from netspec.generators.netspec import OwnChance
from netspec.model import Model
from netspec.train import saving
from netspec.train.batches import Resident
from netspec.train.checkpoint import Checkpoint, newest
from netspec.train.evaluate import Measures
from netspec.train.keeping import CheckpointKeeper
from netspec.train.loop import Fit, Validation
from netspec.train.progress import Progress
from netspec.train.saving import write_checkpoint
from netspec.train.signals import Interrupted, StopRequest
from netspec.train.state import restore

SPEC = {
    "seed": 5,
    "updater": "adam",
    "learning_rate": {"type": "exponential", "initial": 0.01, "gamma": 0.99},
    "l2": 0.01,
    "dropout": 0.3,
    "input": 4,
    "layers": [
        {"type": "dense", "n_out": 8, "activation": "relu"},
        {"type": "batch_norm"},
        {
            "type": "dense",
            "n_out": 6,
            "activation": "tanh",
            "updater": "nesterovs",
            "learning_rate": {"type": "step", "initial": 0.1, "decay": 0.5, "every": 5},
        },
        {"type": "output", "n_out": 3, "loss": "negative_log_likelihood"},
    ],
}
EPOCHS, BATCHES = 3, 5


def fit(model: Model, progress: Progress, keeper: CheckpointKeeper) -> Fit:
    generator, steps = torch.Generator().manual_seed(1), (7,) if model.plan.tbptt else ()
    features = torch.randn((38, *steps, 4), generator=generator)
    part, mask = (features, features[..., :3].argmax(-1)), (torch.rand((38, *steps), generator=generator) > 0.2).float() if steps else None
    batches = Resident(*part, 8, torch.float32, order=OwnChance(5).order, mask=mask)
    validation = Validation(Resident(*part, 20, torch.float32, mask=mask), Measures(model.plan.evaluation, ("a", "b", "c")))
    return Fit(model._training(), batches, 5, EPOCHS, validation, keeper=keeper, progress=progress)


class StopAt(StopRequest):
    """Asks for a stop at the n-th time it is looked at."""

    def __init__(self, look: int) -> None:
        self.look = look

    @property
    def number(self) -> int | None:
        self.look -= 1
        return 2 if self.look <= 0 else None

    @number.setter
    def number(self, value: int | None) -> None:
        """The base class begins with None."""


def outcome(model: Model, progress: Progress) -> tuple[list[dict], dict[str, torch.Tensor]]:
    records = [{name: value for name, value in record.as_dict().items() if name != "seconds"} for record in progress.history.epochs]
    return records, model.module.state_dict()


NOISY = SPEC | {
    "training_order": "legacy",
    "dropout": {"type": "gaussian", "rate": {"type": "step", "initial": 0.4, "decay": 0.5, "every": 4}},
    "weight_noise": {"type": "drop_connect", "rate": {"type": "complement", "of": {"type": "step", "initial": 0.9, "decay": 0.9, "every": 6}}},
    "gradient_normalization": "clip_l2_per_layer",
    "constraints": {"type": "max_norm", "max": 1.5},
    "l1": {"type": "step", "initial": 0.01, "decay": 0.5, "every": 3},
}


def whole(folder: Path, spec: dict) -> tuple[list[dict], dict[str, torch.Tensor]]:
    model, progress = build(spec), Progress()
    fit(model, progress, CheckpointKeeper(folder, {}, StopRequest())).run()
    return outcome(model, progress)


@pytest.mark.parametrize("random", ["netspec", "dl4j"])
@pytest.mark.parametrize("look", range(1, EPOCHS * (BATCHES + 2 + 1), 2))
def test_a_training_stopped_anywhere_ends_bit_identical(tmp_path: Path, look: int, random: str) -> None:
    """At every odd moment at which it could be stopped: between batches, in validation, between epochs."""
    check_stopped(tmp_path, SPEC | {"random": random}, look)


@pytest.mark.parametrize("random", ["netspec", "dl4j"])
@pytest.mark.parametrize("look", [2, 7, 13])
def test_so_does_one_with_noise_schedules_and_another_order(tmp_path: Path, look: int, random: str) -> None:
    check_stopped(tmp_path, NOISY | {"random": random}, look)


@pytest.mark.parametrize("look", [2, 7, 13])
def test_so_does_one_in_windows_of_masked_sequences(tmp_path: Path, look: int) -> None:
    layers = [{"type": "lstm", "n_out": 5}, {"type": "gru", "n_out": 4}, {"type": "output", "n_out": 3, "loss": "negative_log_likelihood"}]
    check_stopped(tmp_path, SPEC | {"input": {"type": "recurrent", "size": 4}, "layers": layers, "tbptt": {"forward": 3, "backward": 2}}, look)


def check_stopped(folder: Path, spec: dict, look: int) -> None:
    records, weights = whole(folder / "whole", spec)

    with pytest.raises(Interrupted, match="stopped by SIGINT"):
        fit(build(spec), Progress(), CheckpointKeeper(folder / "cut", {}, StopAt(look))).run()
    found, damaged = newest(folder / "cut" / "checkpoints")
    assert found is not None
    torch.manual_seed(look)
    model = build(spec)
    progress = restore(model._training(), found)
    fit(model, progress, CheckpointKeeper(folder / "cut", {}, StopRequest())).run()

    ours, theirs = outcome(model, progress)
    assert not damaged
    assert ours == records
    for name, value in weights.items():
        assert torch.equal(theirs[name], value)


def small(step: int) -> Checkpoint:
    tensors = {"model": {"w": torch.arange(20.0) + step}, "optimizer": {}, "random": {"cpu": torch.zeros(8, dtype=torch.uint8)}}
    return Checkpoint(step, step // 10, {"position": step}, tensors)


def test_the_newest_is_read_back_and_old_ones_are_removed(tmp_path: Path) -> None:
    for step in (10, 20, 30):
        write_checkpoint(tmp_path, small(step), keep=2)

    found, damaged = newest(tmp_path)

    assert found is not None
    assert (found.step, found.state["position"], damaged) == (30, 30, [])
    assert torch.equal(found.tensors["model"]["w"], torch.arange(20.0) + 30)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["step-00000020-00002", "step-00000030-00003"]


def test_every_flipped_bit_is_found_and_the_one_before_is_taken(tmp_path: Path) -> None:
    write_checkpoint(tmp_path, small(10), keep=2)
    last = write_checkpoint(tmp_path, small(20), keep=2)
    files = sorted(last.iterdir())
    draw = random.Random(0)

    for _ in range(200):
        path = draw.choice(files)
        content = bytearray(path.read_bytes())
        content[draw.randrange(len(content))] ^= 1 << draw.randrange(8)
        whole_file = path.read_bytes()
        path.write_bytes(content)

        found, damaged = newest(tmp_path)

        assert found is not None
        assert found.step == 10
        assert [one.path for one in damaged] == [last]
        path.write_bytes(whole_file)
    found, damaged = newest(tmp_path)
    assert (found and found.step, damaged) == (20, [])


@pytest.mark.parametrize("left", [0, 1, 8, -1])
def test_a_cut_file_is_named_and_passed_over(tmp_path: Path, left: int) -> None:
    last = write_checkpoint(tmp_path, small(20), keep=2)
    for path in sorted(last.iterdir()):
        content = path.read_bytes()
        path.write_bytes(content[:left])

        found, damaged = newest(tmp_path)

        assert found is None
        assert damaged[0].why
        path.write_bytes(content)


@pytest.mark.parametrize("spoil", ["missing file", "missing manifest", "newer format", "empty folder"])
def test_a_checkpoint_that_is_not_one_is_passed_over(tmp_path: Path, spoil: str) -> None:
    write_checkpoint(tmp_path, small(10), keep=3)
    if spoil == "newer format":
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(saving, "FORMAT", 99)
            write_checkpoint(tmp_path, small(20), keep=3)
    else:
        last = write_checkpoint(tmp_path, small(20), keep=3)
        doomed = {"missing file": ["model.safetensors"], "missing manifest": ["MANIFEST"], "empty folder": [path.name for path in last.iterdir()]}[spoil]
        for name in doomed:
            (last / name).unlink()

    found, damaged = newest(tmp_path)

    assert found is not None
    assert (found.step, len(damaged)) == (10, 1)


def test_the_manifest_is_what_it_says(tmp_path: Path) -> None:
    path = write_checkpoint(tmp_path, small(10), keep=1)

    _, _, listing = (path / "MANIFEST").read_bytes().partition(b"\n")

    assert set(json.loads(listing)) == {"model.safetensors", "optimizer.safetensors", "random.safetensors", "state.json"}
