"""Nothing that is not finite is kept or becomes best; the message names epoch, batch, rate and gradient (F15, F20)."""

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from netspec import build
from netspec.errors import Diverged
from netspec.train import evaluate
from netspec.train.checkpoint import Checkpoint, good_or_damaged
from netspec.train.finite import check_record, check_weights
from netspec.train.history import Epoch
from netspec.train.progress import Best
from netspec.train.stopping import Watch
from netspec.train.trainer import Trainer

NUMBER = r"[\d.e+-]+|nan|inf"


def check_kept(place: Path) -> int:
    """Everything in every checkpoint is finite; how many there are."""
    kept = [one for folder in place.glob("runs/*/checkpoints") for one in good_or_damaged(folder)]
    for one in kept:
        assert isinstance(one, Checkpoint)
        assert all(bool(tensor.isfinite().all()) for group in one.tensors.values() for tensor in group.values() if tensor.is_floating_point())
        assert one.state["history"] == json.loads(json.dumps(one.state["history"], allow_nan=False))
    return len(kept)


def test_a_rate_that_is_far_too_high_is_named_with_epoch_batch_and_gradient(netspec: Callable, place: Path) -> None:
    said = netspec("run", "faulty.yaml", "--set", "learning_rate=1e38", "--unset", "layers.2.updater", "--unset", "layers.2.learning_rate")
    assert said.code == 3
    assert "error: the " in said.err
    assert " in epoch 1, batch " in said.err
    assert " at learning_rate 1e+38; " in said.err
    assert "the largest gradient is now " in said.err
    assert check_kept(place) == 0
    assert not (place / "runs" / "latest" / "weights.safetensors").exists()


@pytest.mark.parametrize(
    ("iteration", "value", "kind"), [(25, math.nan, "NaN"), (36, math.nan, "NaN"), (36, math.inf, "infinite"), (60, -math.inf, "infinite")]
)
def test_weights_spoilt_by_the_last_update_before_a_save_are_not_kept(
    iteration: int, value: float, kind: str, netspec: Callable, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Twelve steps an epoch, a checkpoint every five and at its end: 25 is one on the way, 36 and 60 end epochs."""
    update = Trainer.update

    def spoilt(trainer: Trainer) -> None:
        update(trainer)
        if trainer.iteration == iteration:
            next(trainer.network.parameters()).data[0, 0] = value

    monkeypatch.setattr(Trainer, "update", spoilt)
    said = netspec("run", "faulty.yaml")
    epoch, batch = divmod(iteration - 1, 12)
    assert said.code == 3
    assert f"error: the weights became {kind} in epoch {epoch + 1}, batch {batch + 1} at learning_rate " in said.err
    assert "; the largest gradient is now " in said.err
    last = {25: "step-00000024-00002", 36: "step-00000035-00002", 60: "step-00000055-00004"}[iteration]
    assert f"the last finite checkpoint is runs/{(place / 'runs' / 'latest').readlink()}/checkpoints/{last}\n" in said.err
    assert check_kept(place) >= 2


def test_the_updaters_state_is_looked_at_too() -> None:
    model = build({"updater": "adam", "input": 2, "layers": [{"type": "output", "n_out": 2, "loss": "mse", "activation": "identity"}]})
    model.step((torch.ones(3, 2), torch.ones(3, 2)))
    check_weights(model._training(), 1)
    next(iter(model.optimizer.state.values()))["exp_avg"][0] = math.inf
    with pytest.raises(Diverged, match="the updater's state became infinite in epoch 1, batch 7"):
        check_weights(model._training(), 7)


def test_layers_with_their_own_updaters_are_looked_at_too(place: Path) -> None:
    model = build(place / "faulty.yaml")
    model.fit(epochs=1)
    state = model.optimizer.state_dict()["optimizers"]
    inner = next(value for part in state for values in part["state"].values() for value in values.values() if value.ndim)
    inner.view(-1)[0] = math.nan
    with pytest.raises(Diverged, match="the updater's state became NaN"):
        check_weights(model._training(), 1)


@pytest.mark.parametrize(("value", "kind"), [(math.inf, "infinite"), (math.nan, "NaN")])
def test_a_validation_loss_that_is_not_finite_ends_training_and_is_never_best(
    value: float, kind: str, netspec: Callable, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, seen = evaluate.evaluate, []

    def spoilt(*arguments: Any, **named: Any) -> Any:
        seen.append(1)
        scored = real(*arguments, **named)
        return evaluate.Scored(value, scored.outputs) if len(seen) == 3 else scored

    monkeypatch.setattr("netspec.train.loop.evaluate", spoilt)
    said = netspec("run", "faulty.yaml")
    assert said.code == 3
    assert f"error: the validation loss became {kind} in epoch 3\n" in said.err
    lines = (place / "runs" / "latest" / "history.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["epoch"] for line in lines] == [1, 2]
    assert check_kept(place) >= 2


def test_a_test_loss_that_is_not_finite_ends_with_3_and_no_figures(netspec: Callable, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = evaluate.evaluate
    monkeypatch.setattr("netspec.train.reconstructing.evaluate", lambda *arguments, **named: evaluate.Scored(math.inf, real(*arguments, **named).outputs))
    said = netspec("run", "faulty.yaml", "--set", "train.epochs=1")
    assert said.code == 3
    assert "error: the loss of the test examples is NaN or infinite\n" in said.err
    assert not (place / "runs" / "latest" / "evaluation.json").exists()


def test_a_loss_of_nan_is_never_the_best() -> None:
    best, network = Best(), torch.nn.Linear(1, 1)
    for epoch, loss in enumerate([math.nan, 0.5, math.nan, 0.7, math.inf], 1):
        best.offer(network, Epoch(epoch, 1.0, 1.0, 1.0, 10, 0.1, validation_loss=loss), Watch())
    assert (best.epoch, best.value) == (2, 0.5)


@pytest.mark.parametrize("name", ["loss", "score", "learning_rate", "validation_loss", "validation_accuracy"])
def test_no_figure_of_an_epoch_may_be_nan(name: str) -> None:
    figures = {"epoch": 3, "loss": 1.0, "score": 1.0, "seconds": 1.0, "examples": 10, "learning_rate": 0.1}
    check_record(Epoch(**figures))
    with pytest.raises(Diverged, match=f"the {name.replace('_', ' ')} became NaN in epoch 3"):
        check_record(Epoch(**figures | {name: math.nan}))
