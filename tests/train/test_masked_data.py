"""Sequences of different lengths in training: what is padding changes nothing, wherever the examples lie."""

from pathlib import Path

import numpy as np
import pytest
import torch
from sklearn.preprocessing import StandardScaler

from netspec import build
from netspec.datasets import Places
from netspec.train.streaming import Streaming

STEPS = (3, 7, 5, 7, 4, 6, 2, 7, 5, 3)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Sequences of two features with a class for each step, and a test part."""
    generator = np.random.default_rng(2)
    for part in ("train", "test"):
        (tmp_path / part).mkdir()
        for number, steps in enumerate(STEPS):
            rows = np.column_stack([generator.normal(3, 2, (steps, 2)), generator.integers(0, 3, steps) if steps > 2 else np.arange(steps)])
            np.savetxt(tmp_path / part / f"{number}.csv", rows, delimiter=",", fmt=["%.4f", "%.4f", "%d"])
    return tmp_path


def model_of(folder: Path, layers=None, **fields):
    data = {"type": "csv_sequence", "path": str(folder), "header": False, "normalize": "standardize", **fields}
    layers = layers or [{"type": "lstm", "n_out": 5}, {"type": "output", "n_out": 3, "loss": "negative_log_likelihood"}]
    spec = {"seed": 4, "updater": "adam", "layers": layers, "data": data, "train": {"batch_size": 4, "epochs": 2}}
    return build(spec, places=Places(folder, folder, download=False), device="cpu")


def whole(folder: Path, part: str = "train") -> list[np.ndarray]:
    return [np.loadtxt(folder / part / f"{number}.csv", delimiter=",", ndmin=2) for number in range(len(STEPS))]


def test_features_are_scaled_by_what_is_there_and_not_by_padding(folder):
    steps = np.concatenate(whole(folder))[:, :2]
    theirs = StandardScaler().fit(steps)
    scaling = model_of(folder).data().scaling

    assert (1 / scaling.factor).tolist() == pytest.approx(theirs.scale_.tolist(), rel=1e-6)
    assert (-scaling.offset / scaling.factor).tolist() == pytest.approx(theirs.mean_.tolist(), rel=1e-6)


def test_the_loss_of_a_batch_is_that_of_its_sequences_one_by_one(folder):
    model = model_of(folder)
    batches = model._feeding.part(model.data(), model.data().train, 10)
    features, labels, mask, label_mask = next(batches.epoch(0))
    alone = [model._scorer(model.module(features[row : row + 1, :steps]), labels[row : row + 1, :steps]).item() for row, steps in enumerate(STEPS)]

    assert mask.sum() == label_mask.sum() == sum(STEPS)
    assert model._training().loss(features, labels, mask, label_mask).item() == pytest.approx(np.mean(alone), rel=1e-5)


def test_padding_to_a_greater_length_changes_no_weight_and_no_figure(folder):
    models = [model_of(folder, length=length) for length in (7, 12)]
    losses = [[record.loss for record in model.fit().epochs] for model in models]
    results = [model.evaluate() for model in models]

    assert losses[0] == pytest.approx(losses[1], rel=1e-5)
    for one, other in zip(*(model.module.parameters() for model in models), strict=True):
        torch.testing.assert_close(one, other)
    assert results[0].loss == pytest.approx(results[1].loss, rel=1e-5)
    assert results[0].accuracy == results[1].accuracy


def test_accuracy_is_over_the_steps_that_are_there(folder):
    model = model_of(folder)
    model.fit()
    right = [
        (model.module(model.data().scaling(torch.tensor(rows[None, :, :2]), torch.float32)).argmax(2)[0].numpy() == rows[:, 2]).sum()
        for rows in whole(folder, "test")
    ]

    assert model.evaluate().accuracy == pytest.approx(sum(right) / sum(STEPS))


@pytest.mark.parametrize("workers", [0, 2])
def test_streaming_gives_the_batches_of_the_resident_set_masks_included(folder, workers):
    resident, streaming = (model_of(folder, resident=where, workers=workers)._own_batches(4) for where in (True, False))

    assert isinstance(streaming, Streaming)
    for epoch in range(2):
        for pair in zip(resident.epoch(epoch), streaming.epoch(epoch), strict=True):
            assert len(pair[0]) == 4
            assert all(torch.equal(one, other) for one, other in zip(*pair, strict=True))


def test_a_training_with_masks_ends_the_same_wherever_examples_lie_and_gradients_are_added_up(folder):
    def weights(**said):
        model = model_of(folder, **said)
        model.fit()
        return torch.cat([parameter.flatten() for parameter in model.module.parameters()])

    assert torch.equal(weights(resident=True), weights(resident=False, workers=2))


def test_a_mask_of_the_features_alone_reaches_a_vector_by_its_last_step(folder):
    """Labels for whole sequences: the state behind the last step that is there decides."""
    layers = [{"type": "lstm", "n_out": 5}, "last_time_step", {"type": "output", "n_out": 3, "loss": "negative_log_likelihood"}]
    for path in folder.rglob("*.csv"):
        rows = np.loadtxt(path, delimiter=",", ndmin=2)
        rows[:, 2] = int(path.stem) % 3
        np.savetxt(path, rows, delimiter=",", fmt=["%.4f", "%.4f", "%d"])
    model = model_of(folder, layers, label_per="sequence")
    features, labels, mask, label_mask = next(model._feeding.part(model.data(), model.data().test, 10).epoch(0))
    alone = torch.cat([model.module(features[row : row + 1, :steps]) for row, steps in enumerate(STEPS)])

    assert (label_mask, labels.tolist()) == (None, [number % 3 for number in range(10)])
    torch.testing.assert_close(model.module(features, mask), alone)
    assert np.isfinite(model.fit().epochs[-1].loss)
    assert model.evaluate().loss == pytest.approx(torch.nn.functional.cross_entropy(model.module(features, mask), labels).item(), rel=1e-5)


def test_labels_by_step_need_outputs_by_step_and_the_other_way_round(folder):
    from netspec import SpecError

    ended = [{"type": "lstm", "n_out": 5}, "last_time_step", {"type": "output", "n_out": 3, "loss": "negative_log_likelihood"}]
    with pytest.raises(SpecError, match=r"layers\.2 must give an output for each step, as csv_sequence has labels: its input is a flat vector"):
        model_of(folder, ended)
    with pytest.raises(SpecError, match=r"layers\.1 must give an output for each example, as csv_sequence has labels: its input is a sequence"):
        model_of(folder, label_per="sequence")
