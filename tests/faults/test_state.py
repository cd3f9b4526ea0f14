"""Whatever an optimizer may keep comes back as it was, or is refused when it is saved (F26)."""

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from netspec import build
from netspec.errors import DataError
from netspec.train.checkpoint import newest
from netspec.train.nested import put_together, take_apart
from netspec.train.progress import Progress
from netspec.train.saving import write_checkpoint
from netspec.train.state import capture

KEYS = st.one_of(st.text("ab.#", max_size=3), st.sampled_from(["tensor", "pairs", "tuple"]), st.integers(-3, 3))
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**60), 2**60),
    st.floats(allow_nan=False),
    st.text(max_size=4),
    st.builds(torch.tensor, st.floats(-9, 9, width=32)),
    st.builds(lambda count: torch.arange(float(count)), st.integers(0, 3)),
)
NESTED = st.recursive(
    LEAVES,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.lists(inner, max_size=3).map(tuple), st.dictionaries(KEYS, inner, max_size=3)),
    max_leaves=12,
)


def same(one: Any, other: Any) -> bool:
    """Equal in value and in type, tensors bit by bit."""
    if type(one) is not type(other):
        return False
    if isinstance(one, Tensor):
        return one.dtype == other.dtype and torch.equal(one, other)
    if isinstance(one, dict):
        return list(one) == list(other) and all(type(a) is type(b) for a, b in zip(one, other, strict=True)) and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    return one == other


@settings(max_examples=100, deadline=None)
@given(NESTED)
def test_nested_values_come_back_as_they_were(value: Any) -> None:
    tensors: dict[str, Tensor] = {}
    plain = json.loads(json.dumps(take_apart(value, tensors)))
    assert same(put_together(plain, tensors), value)


@pytest.mark.parametrize(
    ("given", "kept"), [(np.float32(0.5), 0.5), (np.float64(0.5), 0.5), (np.int64(7), 7), (np.bool_(True), True), (np.str_("adam"), "adam")]
)
def test_numpy_scalars_become_plain_numbers(given: Any, kept: Any) -> None:
    plain = take_apart({"rate": given}, {})
    assert json.loads(json.dumps(plain)) == {"rate": kept}


@pytest.mark.parametrize("given", [object(), {1, 2}, b"bytes", 1j, np.zeros(3), {"inside": [lambda: 0]}, np.complex64(1)])
def test_what_json_cannot_hold_is_refused_when_it_is_saved(given: Any) -> None:
    with pytest.raises(TypeError, match="cannot be kept in a checkpoint"):
        take_apart(given, {})


UPDATERS = [
    {"updater": "sgd", "learning_rate": 0.1},
    {"updater": "nesterovs", "learning_rate": 0.1, "momentum": 0.9},
    {"updater": "adam"},
    {"updater": "adamw"},
    {"updater": "adagrad", "learning_rate": 0.1},
    {"updater": "rmsprop", "learning_rate": 0.01},
]


@pytest.mark.parametrize("updater", UPDATERS, ids=lambda updater: updater["updater"])
def test_a_checkpoint_of_images_in_channels_last_goes_on_bit_by_bit(updater: dict[str, Any], tmp_path: Path) -> None:
    """Torch's fused updaters walk parameter and state in memory order: a state laid out otherwise would be silently wrong."""
    layers = [{"type": "conv", "n_out": 5, "kernel": 3, "activation": "relu"}, {"type": "output", "n_out": 3, "loss": "negative_log_likelihood"}]
    spec = {"seed": 1, "input": "2x8x8", "layers": layers} | updater
    generator = torch.Generator().manual_seed(0)
    batch = torch.randn(20, 2, 8, 8, generator=generator), torch.randint(0, 3, (20,), generator=generator)
    model, other = build(spec), build(spec)
    for _ in range(3):
        model.step(batch)
    write_checkpoint(tmp_path / "kept", capture(model._training(), Progress(), {}), keep=1)
    found, _ = newest(tmp_path / "kept")
    assert found is not None
    other.restore(found)
    assert model.plan.execution.channels_last
    for _ in range(3):
        assert model.step(batch) == other.step(batch)
    for ours, theirs in zip(model.module.state_dict().values(), other.module.state_dict().values(), strict=True):
        assert torch.equal(ours, theirs)


@pytest.mark.parametrize("change", [{"n_out": 4}, {"type": "conv", "kernel": 1}], ids=["another width", "another layer"])
def test_a_checkpoint_of_another_network_is_refused_by_name(change: dict[str, Any], tmp_path: Path) -> None:
    first = {"type": "conv", "n_out": 3, "kernel": 2, "activation": "relu"}
    spec = {"updater": "adam", "input": "1x4x4", "layers": [first, {"type": "output", "n_out": 2, "loss": "negative_log_likelihood"}]}
    write_checkpoint(tmp_path / "kept", capture(build(spec)._training(), Progress(), {}), keep=1)
    found, _ = newest(tmp_path / "kept")
    assert found is not None
    with pytest.raises(DataError, match="the checkpoint step-00000000-00000 must be of this network and updater: "):
        build(spec | {"layers": [first | change, spec["layers"][1]]}).restore(found)


def test_pruning_keeps_the_newest_and_the_end_of_the_best_epoch(tmp_path: Path) -> None:
    model = build({"updater": "adam", "input": 2, "layers": [{"type": "output", "n_out": 2, "loss": "mse", "activation": "identity"}]})
    trainer, progress = model._training(), Progress()
    for step in range(1, 13):
        trainer.iteration, trainer.epoch = step, step // 3
        progress.best.epoch = min(2, trainer.epoch) or None
        write_checkpoint(tmp_path / "kept", capture(trainer, progress, {}), keep=2, best=progress.best.epoch)
    names = sorted(path.name for path in (tmp_path / "kept").iterdir())
    assert names == ["step-00000006-00002", "step-00000011-00003", "step-00000012-00004"]


def test_going_back_behind_damaged_ones_prunes_no_good_one(tmp_path: Path) -> None:
    """Newer names that are damaged must not count as the newest kept."""
    model = build({"updater": "adam", "input": 2, "layers": [{"type": "output", "n_out": 2, "loss": "mse", "activation": "identity"}]})
    trainer = model._training()
    for step in (10, 20, 30, 40):
        trainer.iteration = step
        path = write_checkpoint(tmp_path / "kept", capture(trainer, Progress(), {}), keep=4)
        if step > 20:
            (path / "state.json").write_bytes(b"{}")
    for step in (25, 30):
        trainer.iteration = step
        write_checkpoint(tmp_path / "kept", capture(trainer, Progress(), {}), keep=2)
    found, damaged = newest(tmp_path / "kept")
    assert (found and found.step, [one.path.name for one in damaged]) == (30, ["step-00000040-00000"])
    names = {path.name for path in (tmp_path / "kept").iterdir()}
    assert names == {"step-00000025-00000", "step-00000030-00000", "step-00000040-00000", "damaged-step-00000030-00000"}


def test_a_state_that_is_not_finite_is_no_json() -> None:
    with pytest.raises(ValueError, match="JSON"):
        json.dumps(take_apart({"rate": math.nan}, {}), allow_nan=False)
