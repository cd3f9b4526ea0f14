"""Arrays of sequences: labels and masks by step, in files."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from netspec import SpecError, build
from netspec.datasets import DataSet, Places
from netspec.errors import DataError
from netspec.read import plan_of
from netspec.shapes import Recurrent

RNG = np.random.default_rng(0)
FEATURES = RNG.normal(size=(6, 4, 2))
STEPS = (FEATURES.sum(-1) > 0).astype(np.int64)
MASK = np.array([[1, 1, 1, 1], [1, 1, 1, 0], [1, 1, 0, 0], [1, 0, 0, 0], [1, 1, 1, 1], [0, 1, 1, 0]])


@pytest.fixture
def arrays(tmp_path: Path):
    """`arrays(features=…, mask=…)`: the data set of these files, and its places."""

    def write(**values: Any):
        values = {"features": FEATURES, "labels": STEPS, **values}
        for name, value in values.items():
            np.save(tmp_path / f"{name}.npy", value)
        return DataSet.parse({"type": "arrays", **{name: f"{name}.npy" for name in values}}), Places(tmp_path, tmp_path)

    return write


def complaint(made: Any) -> str:
    data, places = made
    with pytest.raises(DataError) as caught:
        data.load(places)
    return str(caught.value)


@pytest.mark.parametrize(
    ("labels", "per_step", "targets"),
    [(STEPS, True, None), (STEPS[:, 0], False, None), (np.zeros((6, 4, 3)), True, 3), (np.zeros((6, 4)), False, 4), (np.zeros((6, 3)), False, 3)],
)
def test_labels_are_of_steps_where_they_have_as_many(arrays: Any, labels: np.ndarray, per_step: bool, targets: int | None) -> None:
    data, places = arrays(labels=labels)
    described = data.describe(places)

    assert (described.shape, described.per_step, described.targets) == (Recurrent(2, 4), per_step, targets)
    assert data.load(places).train.labels.shape == labels.shape


def test_labels_for_another_number_of_steps_are_refused(arrays: Any) -> None:
    assert "must hold one class index for each example, got 6 x 3 whole numbers" in complaint(arrays(labels=STEPS[:, :3]))
    assert "must be N or N x K values, got 6 x 3 x 2" in complaint(arrays(labels=np.zeros((6, 3, 2))))


@pytest.mark.parametrize(
    ("field", "mask"), [("mask", MASK), ("mask", MASK.astype(bool)), ("label_mask", MASK), ("label_mask", MASK * 0.5), ("mask", MASK.astype(np.float32))]
)
def test_masks_come_with_the_examples(arrays: Any, field: str, mask: np.ndarray) -> None:
    data, places = arrays(**{field: mask})

    found = getattr(data.load(places).train, field)

    np.testing.assert_array_equal(found, mask)


def test_a_mask_of_examples_weighs_labels_that_are_not_of_steps(arrays: Any) -> None:
    data, places = arrays(labels=STEPS[:, 0], label_mask=np.array([1, 0, 2, 1, 1, 1]))

    assert data.load(places).train.label_mask.tolist() == [[1], [0], [2], [1], [1], [1]]


@pytest.mark.parametrize(
    ("masks", "wanted"),
    [
        ({"mask": MASK[:, :3]}, r"mask.npy: must be 6 x 4, to mask .*features.npy, got 6 x 3"),
        ({"mask": MASK[:5]}, r"mask.npy: must be 6 x 4, to mask .*features.npy, got 5 x 4"),
        ({"mask": MASK * 2}, r"mask.npy: must hold 0 and 1, got 2 at \[0, 0\]"),
        ({"mask": MASK * 0.5}, r"mask.npy: must hold 0 and 1, got 0.5 at \[0, 0\]"),
        ({"mask": MASK * 0}, r"mask.npy: must have something that counts, got zeros alone"),
        ({"mask": np.where(MASK, 1.0, np.nan)}, r"mask.npy: must hold finite numbers, got nan at \[1, 3\]"),
        ({"label_mask": MASK - 1}, r"label_mask.npy: must hold numbers from 0, got -1 at \[1, 3\]"),
        ({"label_mask": MASK[:, :2]}, r"label_mask.npy: must be 6, 6 x 1 or 6 x 4, to mask .*labels.npy, got 6 x 2"),
    ],
)
def test_a_mask_that_fits_no_array_is_refused(arrays: Any, masks: dict[str, np.ndarray], wanted: str) -> None:
    data, places = arrays(**masks)

    with pytest.raises(DataError, match=wanted):
        data.load(places)


@pytest.mark.parametrize(("field", "masked"), [("mask", "features"), ("label_mask", "labels")])
def test_a_mask_of_another_size_is_a_problem_of_the_mask_not_of_what_it_masks(field: str, masked: str, tmp_path: Path) -> None:
    for name, array in {"features": FEATURES, "labels": STEPS, field: MASK[:5]}.items():
        np.save(tmp_path / f"{name}.npy", array)
    (tmp_path / "spec.json").write_text(json.dumps(spec(**{field: f"{field}.npy"})), encoding="utf-8")

    with pytest.raises(SpecError, match=rf"data.{field} must be readable: .*{field}.npy: must be .* to mask .*{masked}.npy"):
        plan_of(tmp_path / "spec.json")


def test_a_test_has_labels_of_steps_like_the_training(arrays: Any) -> None:
    made = arrays(test_features=FEATURES, test_labels=STEPS[:, 0])

    assert complaint(made).endswith("test_labels.npy: must hold class indices for each step like " + str(made[1].base / "labels.npy") + ", got class indices")


def test_an_archive_may_hold_masks(tmp_path: Path) -> None:
    np.savez(tmp_path / "all.npz", features=FEATURES, labels=STEPS, mask=MASK, test_features=FEATURES, test_labels=STEPS, test_label_mask=MASK)
    loaded = DataSet.parse({"type": "arrays", "path": "all.npz"}).load(Places(tmp_path, tmp_path))

    np.testing.assert_array_equal(loaded.train.mask, MASK)
    np.testing.assert_array_equal(loaded.test.label_mask, MASK)
    assert (loaded.train.label_mask, loaded.test.mask) == (None, None)


def spec(**data: Any) -> dict[str, Any]:
    layers = [{"type": "lstm", "n_out": 3}, {"type": "output", "n_out": 2, "loss": "negative_log_likelihood", "name": "out"}]
    named = {"type": "arrays", "features": "features.npy", "labels": "labels.npy", **data}
    return {"seed": 1, "updater": "adam", "data_type": "float64", "layers": layers, "data": named, "train": {"batch_size": 2, "epochs": 2}}


@pytest.mark.parametrize("resident", [True, False])
def test_a_run_trains_and_evaluates_what_counts(arrays: Any, resident: bool) -> None:
    """What stands at masked steps, in features and labels, changes nothing."""
    wrong = np.where(MASK[..., None], FEATURES, 1e3), np.where(MASK, STEPS, 1 - STEPS)
    found = []
    for features, labels in ((FEATURES, STEPS), wrong):
        _, places = arrays(features=features, labels=labels, mask=MASK)
        said = spec(mask="mask.npy", resident=resident, split={"validation": 0.2, "test": 0.2})
        model = build(said, places=places, device="cpu")
        losses = [loss for record in model.fit().epochs for loss in (record.loss, record.validation_loss)]
        result = model.evaluate()
        found.append([*losses, result.loss, result.accuracy, result.evaluation.examples])

    assert found[0] == pytest.approx(found[1])


def test_standardising_learns_from_the_steps_that_are_there(arrays: Any) -> None:
    _, places = arrays(features=np.where(MASK[..., None], FEATURES, 1e3), mask=MASK, test_features=FEATURES, test_labels=STEPS)
    said = spec(mask="mask.npy", normalize="standardize", test_features="test_features.npy", test_labels="test_labels.npy")
    model = build(said, places=places, device="cpu")

    scaling = model.data().scaling

    there = FEATURES[MASK != 0]
    np.testing.assert_allclose((there * np.asarray(scaling.factor) + np.asarray(scaling.offset)).mean(0), 0, atol=1e-6)


def test_labels_of_steps_need_an_output_for_each(arrays: Any) -> None:
    _, places = arrays()
    said = spec()
    said["layers"].insert(1, {"type": "last_time_step"})

    with pytest.raises(SpecError, match="must give an output for each step, as arrays has labels"):
        build(said, places=places)


@pytest.mark.parametrize(
    ("data", "wanted"),
    [
        ({"path": "x.npz", "mask": "m.npy"}, "mask must not be said beside path"),
        ({"features": "x.npy", "labels": "y.npy", "test_mask": "m.npy"}, "test_mask must stand beside test_features and test_labels"),
    ],
)
def test_masks_stand_beside_what_they_mask(data: dict[str, Any], wanted: str) -> None:
    said = spec()
    said["data"] = {"type": "arrays", **data}

    with pytest.raises(SpecError, match=wanted):
        build(said)


def test_each_of_several_inputs_and_outputs_may_have_a_mask(tmp_path: Path) -> None:
    for name, value in {"a": FEATURES, "b": FEATURES[:, 0], "x": STEPS, "y": FEATURES[:, 1], "m": MASK}.items():
        np.save(tmp_path / f"{name}.npy", value)
    layers = [
        {"type": "output", "name": "x", "input": "a", "n_out": 2, "loss": "negative_log_likelihood"},
        {"type": "output", "name": "y", "input": "b", "n_out": 2, "loss": "mse"},
    ]
    said = {**spec(), "layers": layers, "data": {"type": "arrays", "features": {"a": "a.npy", "b": "b.npy"}, "labels": {"x": "x.npy", "y": "y.npy"}}}

    def losses(**masks: Any) -> list[float]:
        model = build({**said, "data": {**said["data"], **masks}}, places=Places(tmp_path, tmp_path), device="cpu")
        return [record.loss for record in model.fit().epochs]

    assert losses(mask={"a": "m.npy"}) == pytest.approx(losses(label_mask={"x": "m.npy"}))
    assert losses(mask={"a": "m.npy"}) != pytest.approx(losses())
    with pytest.raises(SpecError, match="mask must name features, a and b, got c"):
        losses(mask={"c": "m.npy"})
