"""What comes from Python and is not what it must be is refused in the words of the user, not of torch."""

from typing import Any

import numpy as np
import pytest
import torch
from torch.utils.data import DataLoader, IterableDataset, TensorDataset

from netspec import build
from netspec.errors import DataError, UsageError
from netspec.train import arrays

SPEC = {
    "seed": 1,
    "updater": "adam",
    "activation": "tanh",
    "input": "4",
    "layers": [{"type": "dense", "n_out": 5}, {"type": "output", "n_out": 3, "loss": "negative_log_likelihood"}],
}
FEATURES = np.random.default_rng(0).normal(size=(12, 4)).astype(np.float32)
CLASSES = np.arange(12) % 3


def loader(*arrays: np.ndarray) -> DataLoader[Any]:
    return DataLoader(TensorDataset(*map(torch.as_tensor, arrays)), batch_size=4)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ((FEATURES.astype(object), CLASSES), "features must be an array or tensor of numbers, got an array of object"),
        ((torch.as_tensor(FEATURES).to(torch.complex64), CLASSES), "features must be an array or tensor of real numbers, got torch.complex64"),
        ((FEATURES, np.array(list("abc" * 4))), "labels must be an array or tensor of numbers, got an array of <U1"),
        (
            (FEATURES.tolist(),),
            "features must be an array, a tensor, a Dataset or a DataLoader of examples and their labels, got a list or tuple",
        ),
        (
            ((pair for pair in [(FEATURES, CLASSES)]),),
            "features must be an array, a tensor, a Dataset or a DataLoader of examples and their labels, got a generator",
        ),
        (
            (TensorDataset(torch.as_tensor(FEATURES)),),
            "features must be an array, a tensor, a Dataset or a DataLoader of examples and their labels, got a TensorDataset",
        ),
        (
            ((FEATURES, FEATURES[:, 0]),),
            "features must be an array, a tensor, a Dataset or a DataLoader of examples and their labels, got a list or tuple",
        ),
        ((TensorDataset(torch.as_tensor(FEATURES)), CLASSES), "features must be an array or tensor of numbers, got a TensorDataset"),
        ((loader(FEATURES),), "a batch of the loader must be features and labels"),
        ((loader(FEATURES[:, :2], CLASSES),), "features must be N×4, got 4×2"),
    ],
)
def test_what_is_no_example_of_the_network_is_refused(given: tuple[Any, ...], message: str) -> None:
    with pytest.raises(DataError) as caught:
        build(SPEC).fit(*given, epochs=1, batch_size=4)

    assert str(caught.value).startswith(message)


@pytest.mark.parametrize(
    ("labels", "help_"),
    [
        (CLASSES.astype(np.float64), "class indices are whole numbers: labels.astype(int), or labels.long() of a tensor"),
        (CLASSES[:, None], "class indices without an axis of their own: labels.squeeze(-1)"),
        (np.ones((12, 7)), None),
    ],
)
def test_labels_of_another_form_are_refused_with_what_makes_them_fit(labels: np.ndarray, help_: str | None) -> None:
    with pytest.raises(DataError, match="labels must be N×3, the outputs of output_1, or N class indices") as caught:
        build(SPEC).fit(FEATURES, labels)

    assert caught.value.help == help_


@pytest.mark.parametrize("labels", [CLASSES, CLASSES[:, None]])
def test_the_help_for_labels_is_right(labels: np.ndarray) -> None:
    assert len(build(SPEC).fit(FEATURES, labels.astype(np.float64).squeeze(-1).astype(int) if labels.ndim > 1 else labels).epochs) == 1


def test_a_list_of_examples_and_their_labels_is_a_dataset() -> None:
    listed = [(row, int(label)) for row, label in zip(FEATURES, CLASSES, strict=True)]

    ours, theirs = (build(SPEC).fit(*given, epochs=2, batch_size=4).epochs for given in ((listed,), (FEATURES, CLASSES)))
    assert [epoch.loss for epoch in ours] == [epoch.loss for epoch in theirs]


def test_predicting_from_nothing_is_refused() -> None:
    with pytest.raises(DataError, match="features must be an array or tensor of numbers, got a NoneType"):
        build(SPEC).predict(None)  # type: ignore[arg-type]  # on purpose


@pytest.mark.parametrize(
    ("count", "message"),
    [
        ({"epochs": -1}, "epochs must be a whole number from 0, got -1"),
        ({"epochs": "3"}, 'epochs must be a whole number from 0, got "3"'),
        ({"batch_size": -1}, "batch_size must be a whole number from 1, got -1"),
        ({"batch_size": 2.5}, "batch_size must be a whole number from 1, got 2.5"),
    ],
)
def test_a_count_that_is_none_is_refused(count: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError) as caught:
        build(SPEC).fit(FEATURES, CLASSES, **count)

    assert str(caught.value) == message


@pytest.mark.parametrize(("spec", "got"), [(None, "nothing"), (3, "3"), ([SPEC], r"\[a mapping\]")])
def test_what_is_no_spec_is_refused(spec: Any, got: str) -> None:
    with pytest.raises(UsageError, match=f"a spec must be a path, YAML or JSON text, or a mapping, got {got}"):
        build(spec)


@pytest.mark.parametrize(
    ("features", "labels"),
    [
        (FEATURES.tolist(), CLASSES.tolist()),
        (FEATURES[::-1].copy()[::-1], CLASSES[::-1].copy()[::-1]),
        (FEATURES.astype(">f4"), CLASSES.astype(">i8")),
        (FEATURES, CLASSES.astype(np.uint16)),
    ],
    ids=["lists", "backwards", "other_byte_order", "unsigned"],
)
def test_the_same_numbers_in_another_layout_train_the_same(features: Any, labels: Any) -> None:
    ours, theirs = (build(SPEC).fit(*given, epochs=2, batch_size=4).epochs for given in ((features, labels), (FEATURES, CLASSES)))

    assert [epoch.loss for epoch in ours] == [epoch.loss for epoch in theirs]


@pytest.mark.parametrize(("validation", "got"), [(FEATURES, "a ndarray"), (0.2, "a float"), ((FEATURES,) * 5, "5 parts")])
def test_a_validation_that_is_no_batch_is_refused(validation: Any, got: str) -> None:
    with pytest.raises(DataError, match=rf"a batch must be a tuple \(features, labels\), .*, got {got}"):
        build(SPEC).fit(FEATURES, CLASSES, validation=validation)


def test_a_batch_without_labels_is_refused() -> None:
    with pytest.raises(DataError, match="features from Python need labels beside them"):
        build(SPEC).fit(FEATURES, CLASSES, validation=(FEATURES,))  # type: ignore[arg-type]  # on purpose
    with pytest.raises(DataError, match="got 1 part"):
        build(SPEC).score((FEATURES,))  # type: ignore[arg-type]  # on purpose


def test_masks_beside_a_dataset_are_refused() -> None:
    with pytest.raises(DataError, match="masks must come from the Dataset"):
        build(SPEC).fit(TensorDataset(torch.as_tensor(FEATURES), torch.as_tensor(CLASSES)), mask=np.ones(12))


class Endless(IterableDataset[Any]):
    """Examples of which nobody knows the number."""

    def __iter__(self) -> Any:
        return iter(zip(FEATURES, CLASSES, strict=True))


def test_a_loader_that_does_not_know_its_length_is_refused() -> None:
    with pytest.raises(DataError, match="a loader must know how many batches it has"):
        build(SPEC).fit(DataLoader(Endless(), batch_size=4))


@pytest.mark.parametrize(
    ("labels", "got", "help_"),
    [
        (CLASSES + 1, "got 1 to 3", None),
        (CLASSES.astype(np.uint16) + 9, "got 9 to 11", None),
        (CLASSES - 1, "got -1 to 1", "a label that is not to count has 0 in label_mask, and any class"),
    ],
)
def test_classes_that_there_are_not_are_refused_from_a_loader_as_from_arrays(labels: np.ndarray, got: str, help_: str | None) -> None:
    for given in ((loader(FEATURES, labels),), (FEATURES, labels)):
        for asked in ("fit", "evaluate"):
            with pytest.raises(DataError) as caught:
                getattr(build(SPEC), asked)(*given)

            assert str(caught.value) == f"labels must be class indices from 0 to 2, {got}"
            assert caught.value.help == help_


def test_a_class_that_there_is_not_is_found_in_whichever_batch_it_is() -> None:
    labels = np.where(np.arange(12) == 11, 3, CLASSES)

    with pytest.raises(DataError, match="labels must be class indices from 0 to 2, got 0 to 3"):
        build(SPEC).fit(loader(FEATURES, labels))


@pytest.mark.parametrize("labels", [CLASSES, CLASSES.astype(np.uint8), np.eye(3, dtype=np.float32)[CLASSES], np.eye(3, dtype=int)[CLASSES]])
def test_labels_of_a_loader_may_be_all_that_arrays_may_be(labels: np.ndarray) -> None:
    unshuffled = SPEC | {"train": {"batch_size": 4, "epochs": 2, "shuffle": False}}
    ours, theirs = (build(unshuffled).fit(*given).epochs for given in ((loader(FEATURES, labels),), (FEATURES, CLASSES)))

    assert [epoch.loss for epoch in ours] == pytest.approx([epoch.loss for epoch in theirs])


@pytest.mark.parametrize(
    ("labels", "help_"),
    [
        (CLASSES.astype(np.float64), "class indices are whole numbers: labels.astype(int), or labels.long() of a tensor"),
        (CLASSES[:, None], "class indices without an axis of their own: labels.squeeze(-1)"),
    ],
)
def test_labels_of_another_form_from_a_loader_are_refused_in_the_same_words(labels: np.ndarray, help_: str) -> None:
    with pytest.raises(DataError, match="labels must be N×3, the outputs of output_1, or N class indices, got 4") as caught:
        build(SPEC).fit(loader(FEATURES, labels))

    assert caught.value.help == help_


def test_classes_on_a_device_are_not_waited_for() -> None:
    """There is nothing to look at on `meta`, as on a device there is nothing without waiting."""
    plan, there = build(SPEC).plan, torch.zeros(4, dtype=torch.int64, device="meta")

    assert arrays.labels(plan, there, waits=False).shape == (4,)
    with pytest.raises(RuntimeError, match=r"meta"):
        arrays.labels(plan, there)
