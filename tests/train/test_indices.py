"""Indices that an embedding has no row for are refused where data are met, with both numbers, before torch is given them."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch.utils.data import DataLoader, TensorDataset

from netspec import Model, build
from netspec.datasets import Places
from netspec.errors import DataError
from netspec.train.indices import check_indices

SHORT = "embedding_sequence_1.vocabulary must be at least 8, a row for each index of the data, got 5"
ROWS = np.array([[[0], [4], [2]], [[1], [1], [3]], [[2], [0], [0]], [[4], [3], [1]]])
LABELS = np.array([0, 1, 0, 1])


def spec(**rest: object) -> dict[str, object]:
    layers = [{"type": "embedding_sequence", "vocabulary": 5, "n_out": 3}, "global_pooling", {"type": "output", "n_out": 2, "loss": "mcxent"}]
    return {"seed": 1, "updater": "adam", "input": {"type": "recurrent", "size": 1, "length": 3}, "layers": layers} | rest


def on_disk(folder: Path, resident: object = "auto", **arrays: np.ndarray) -> Model:
    """A model of the four examples in files, some of which are replaced."""
    written = {"features": ROWS, "labels": LABELS, "test_features": ROWS[:2], "test_labels": LABELS[:2]} | arrays
    for name, array in written.items():
        np.save(folder / f"{name}.npy", array)
    data = {"type": "arrays", "resident": resident, "workers": 0, **{name: f"{name}.npy" for name in written}}
    return build(spec(data=data, train={"batch_size": 2, "epochs": 1}), places=Places(folder, folder), device="cpu")


def changed(index: float, at: tuple[int, int, int] = (2, 1, 0)) -> np.ndarray:
    rows = ROWS.astype(np.float32)
    rows[at] = index
    return rows


@pytest.mark.parametrize("resident", [True, False])
def test_files_are_refused_whether_they_are_in_memory_or_stream(resident: bool, tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        on_disk(tmp_path, resident, features=changed(7)).fit()

    assert str(caught.value) == SHORT


@pytest.mark.parametrize("resident", [True, False])
def test_files_whose_indices_all_have_a_row_train(resident: bool, tmp_path: Path) -> None:
    assert len(on_disk(tmp_path, resident).fit().epochs) == 1


def test_the_test_part_is_looked_at_before_the_training(tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        on_disk(tmp_path, test_features=changed(7, (1, 0, 0))[:2]).data()

    assert str(caught.value) == SHORT


@pytest.mark.parametrize("index", [-1, 2.5, float("nan"), float("inf")])
def test_what_is_no_index_is_refused(index: float) -> None:
    with pytest.raises(DataError, match="features must be whole numbers from 0, by which embedding_sequence_1 chooses") as caught:
        build(spec(), device="cpu").fit(changed(index), LABELS)

    assert str(caught.value).endswith(f", got {index:g}")


@pytest.mark.parametrize("index", [7, -1, 0.5])
def test_masked_steps_may_hold_anything(index: float, tmp_path: Path) -> None:
    there = np.ones((4, 3))
    there[2, 1] = 0

    assert len(on_disk(tmp_path, features=changed(index), mask=there).fit().epochs) == 1


def test_arrays_from_python_are_looked_at_with_their_mask() -> None:
    model, mask = build(spec(), device="cpu"), np.ones((4, 3))
    mask[2, 1] = 0

    with pytest.raises(DataError, match=SHORT):
        model.fit(changed(7), LABELS)
    with pytest.raises(DataError, match=SHORT):
        model.score((changed(7), LABELS))
    assert len(model.fit(changed(7), LABELS, mask=mask).epochs) == 1


def test_features_to_predict_for_are_looked_at_with_their_mask() -> None:
    model, mask = build(spec(), device="cpu"), torch.tensor([[1.0, 1, 1], [1, 1, 1], [1, 0, 1], [1, 1, 1]])
    assert model.predict(changed(7), mask=mask).shape == (4, 2)
    with pytest.raises(DataError) as caught:
        model.predict(changed(7))

    assert str(caught.value) == SHORT


@pytest.mark.parametrize("asked", ["fit", "evaluate"])
def test_batches_of_a_loader_are_looked_at_with_their_mask(asked: str) -> None:
    mask = torch.ones(4, 3)
    mask[2, 1] = 0
    wrong, classes = torch.from_numpy(changed(7)), torch.from_numpy(LABELS)
    plain, masked = (DataLoader(TensorDataset(*parts), batch_size=2) for parts in ((wrong, classes), (wrong, classes, mask)))

    getattr(build(spec(), device="cpu"), asked)(masked)
    with pytest.raises(DataError, match=SHORT):
        getattr(build(spec(), device="cpu"), asked)(plain)


def test_of_several_inputs_the_one_is_named_that_is_wrong() -> None:
    inputs = {name: {"type": "recurrent", "size": 1, "length": 3} for name in ("a", "b")}
    layers: list[Any] = [
        {"type": "embedding_sequence", "vocabulary": 5, "n_out": 3, "input": "a", "name": "of_a"},
        {"type": "embedding_sequence", "vocabulary": 9, "n_out": 3, "input": "b", "name": "of_b"},
        {"type": "add", "input": ["of_a", "of_b"]},
        "global_pooling",
        {"type": "output", "n_out": 2, "loss": "mcxent"},
    ]
    model = build(spec(input=inputs, layers=layers), device="cpu")

    assert len(model.fit({"a": ROWS, "b": changed(8)}, LABELS).epochs) == 1
    with pytest.raises(DataError, match=r"^of_a\.vocabulary must be at least 9, .*, got 5$"):
        model.fit({"a": changed(8), "b": ROWS}, LABELS)
    with pytest.raises(DataError, match=r"^features\['b'\] must be whole numbers from 0, by which of_b chooses, got -3$"):
        model.fit({"a": ROWS, "b": changed(-3)}, LABELS)


@pytest.mark.parametrize("given", [torch.full((2, 3, 1), 7.0, device="meta"), torch.empty(0, 3, 1)])
def test_what_lies_on_a_device_or_is_nothing_is_not_looked_at(given: torch.Tensor) -> None:
    check_indices(build(spec(), device="cpu").plan, given)


def test_numbers_that_choose_nothing_are_any() -> None:
    plain = build(spec(layers=["global_pooling", {"type": "output", "n_out": 2, "loss": "mcxent"}]), device="cpu")

    assert len(plain.fit(changed(-2.5), LABELS).epochs) == 1
