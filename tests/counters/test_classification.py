"""Counting rows into a confusion matrix."""

import numpy as np
import pytest
import torch
from sklearn.metrics import confusion_matrix, top_k_accuracy_score

from netspec.counters.classification import ClassificationCounter, Decision
from netspec.errors import DataError, NetspecError, RunError


def count(predictions: object, labels: object, classes: int, mask: object = None, **rule: object) -> tuple[tuple[int, ...], ...]:
    counter = ClassificationCounter(classes, Decision(**rule))
    counter.add(*(part if part is None else torch.as_tensor(np.asarray(part)) for part in (predictions, labels, mask)))
    return counter.result().confusion


def count_top(predictions: object, labels: object, n: int, mask: object = None) -> int:
    guessed = np.asarray(predictions)
    counter = ClassificationCounter(guessed.shape[1], top_n=n)
    counter.add(torch.as_tensor(guessed), torch.as_tensor(np.asarray(labels)), None if mask is None else torch.as_tensor(np.asarray(mask)))
    return counter.result().top_n_correct[n]


def test_rows_are_actual_and_columns_predicted() -> None:
    assert count([[0.0, 1.0], [0.2, 0.8], [0.9, 0.1]], [0, 0, 1], classes=2) == ((0, 2), (1, 0))


def test_of_equal_entries_the_first_counts() -> None:
    assert count([[0.2, 0.4, 0.4]], [[0.4, 0.2, 0.4]], classes=3) == ((0, 1, 0), (0, 0, 0), (0, 0, 0))


@pytest.mark.parametrize("shape", [(-1,), (-1, 1)])
def test_a_single_column_is_1_above_one_half(shape: tuple[int, ...]) -> None:
    predictions = np.array([0.4, 0.5, 0.5001, 0.9]).reshape(shape)

    assert count(predictions, np.array([0.0, 0.0, 1.0, 1.0]).reshape(shape), classes=2) == ((2, 0), (0, 2))


@pytest.mark.parametrize("predictions", [[[0.7, 0.3], [0.69, 0.31]], [0.3, 0.31]])
def test_a_threshold_replaces_one_half(predictions: list[object]) -> None:
    assert count(predictions, [1, 1], classes=2, threshold=0.3) == ((0, 0), (1, 1))


def test_the_threshold_does_not_touch_labels() -> None:
    assert count([[0.1, 0.9]], [[0.6, 0.4]], classes=2, threshold=0.3) == ((0, 1), (0, 0))


def test_more_classes_than_columns_have_empty_rows() -> None:
    assert count([[0.1, 0.9]], [1], classes=4) == ((0,) * 4, (0, 1, 0, 0), (0,) * 4, (0,) * 4)


def test_no_rows_count_nothing() -> None:
    assert count(np.zeros((0, 2)), np.zeros((0, 2)), classes=2) == ((0, 0), (0, 0))


@pytest.mark.parametrize("seed", range(3))
def test_the_matrix_is_scikit_learns(seed: int) -> None:
    draw = np.random.default_rng(seed)
    labels, scores = draw.integers(0, 6, 200), draw.random((200, 6)).astype(np.float32)

    expected = confusion_matrix(labels, scores.argmax(axis=1), labels=range(6))
    assert count(scores, np.eye(6)[labels], classes=6) == tuple(map(tuple, expected.tolist()))


@pytest.mark.parametrize("n", [2, 3, 5])
def test_the_likeliest_are_scikit_learns(n: int) -> None:
    draw = np.random.default_rng(n)
    labels, scores = np.concatenate([np.arange(6), draw.integers(0, 6, 200)]), draw.random((206, 6))

    assert count_top(scores, labels, n) == top_k_accuracy_score(labels, scores, k=n, normalize=False)


def test_of_equal_likelihoods_all_are_among_the_likeliest() -> None:
    assert count_top([[0.3, 0.3, 0.3, 0.1]], [2], n=2) == 1


@pytest.mark.parametrize(
    ("predictions", "labels", "kind", "message"),
    [
        ([[np.nan, 1, 0]], [0], RunError, "predictions must be numbers, got NaN in 1 row"),
        ([[1.0, 0, 0]], [0, 1], DataError, "labels must be as many as predictions, 1×3, got 2"),
        ([[1.0, 0, 0]], [3], DataError, "labels must be classes from 0 to 2, got others in 1 row"),
        ([[1.0, 0, 0]] * 2, [-1, -1], DataError, "labels must be classes from 0 to 2, got others in 2 rows"),
        ([[1.0, 0, 0, 0]], [0], DataError, "predictions must have at most 3 columns, one for each class, got 4"),
    ],
)
def test_what_cannot_be_counted_is_refused(predictions: object, labels: object, kind: type[NetspecError], message: str) -> None:
    with pytest.raises(kind) as refused:
        count(np.array(predictions), np.array(labels), classes=3)

    assert str(refused.value) == message


def test_costs_weigh_the_probabilities() -> None:
    scores = [[0.5, 0.4, 0.1], [0.5, 0.2, 0.3]]  # times 1, 2, 4: 0.5 0.8 0.4 and 0.5 0.4 1.2

    assert count(scores, [0, 0], classes=3, costs=(1.0, 2.0, 4.0)) == ((0, 1, 1), (0, 0, 0), (0, 0, 0))


@pytest.mark.parametrize("mask", [[[1, 0], [0, 1]], [[[1], [0]], [[0], [1]]]])
def test_steps_count_one_by_one_and_masked_ones_do_not(mask: object) -> None:
    scores, labels = np.eye(3)[[[0, 1], [2, 2]]], [[0, 0], [1, 1]]  # of four steps, kept are 0 taken for 0 and 1 taken for 2

    assert count(scores, labels, classes=3, mask=mask) == ((1, 0, 0), (0, 0, 1), (0, 0, 0))
    assert count_top(scores.reshape(4, 3), np.reshape(labels, 4), n=2, mask=np.reshape(mask, 4)) == 2


def test_positions_of_images_count_one_by_one() -> None:
    scores = np.moveaxis(np.eye(2)[[[[0, 1], [1, 1]]]], -1, 1)  # one image of 2×2, channels first

    assert count(scores, [[[0, 1], [0, 1]]], classes=2) == ((1, 1), (0, 2))


def test_a_mask_of_examples_leaves_out_all_their_steps() -> None:
    assert count(np.eye(2)[[[0, 1], [0, 1]]], [[0, 0], [0, 0]], classes=2, mask=[[1], [0]]) == ((1, 1), (0, 0))


def test_a_mask_of_another_shape_is_refused() -> None:
    with pytest.raises(DataError, match=r"^a mask must be of the examples, of their steps or positions, or of the labels, got 3×1 for 2×2×2$"):
        count(np.eye(2)[[[0, 1], [0, 1]]], [[0, 0], [0, 0]], classes=2, mask=[[1], [0], [1]])


def test_masked_rows_may_hold_anything() -> None:
    assert count([[np.nan, 1.0], [0.0, 1.0]], [7, 1], classes=2, mask=[0, 1]) == ((0, 0), (0, 1))


def test_labels_of_minus_one_and_one_are_divided_by_zero() -> None:
    assert count([[-0.3], [0.2]], [[-1.0], [-1.0]], classes=2, boundary=0.0) == ((1, 1), (0, 0))
