"""Counting rows into a confusion matrix."""

import numpy as np
import pytest
from sklearn.metrics import confusion_matrix, top_k_accuracy_score

from netspec.errors import DataError, NetspecError, RunError
from netspec.metrics.counting import count, count_top


def test_rows_are_actual_and_columns_predicted() -> None:
    assert count([1, 1, 0], [0, 0, 1], classes=2) == ((0, 2), (1, 0))


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


@pytest.mark.parametrize("n", [1, 2, 5])
def test_the_likeliest_are_scikit_learns(n: int) -> None:
    draw = np.random.default_rng(n)
    labels, scores = np.concatenate([np.arange(6), draw.integers(0, 6, 200)]), draw.random((206, 6))

    assert count_top(scores, labels, n) == top_k_accuracy_score(labels, scores, k=n, normalize=False)


def test_of_equal_likelihoods_all_are_among_the_likeliest() -> None:
    assert count_top([[0.5, 0.5, 0.0]], [1], n=1) == 1


@pytest.mark.parametrize(
    ("predictions", "labels", "kind", "message"),
    [
        ([[np.nan, 1, 0]], [0], RunError, "predictions must be numbers, got NaN in 1 of 1 row"),
        ([[1, 0, 0], [0, 1, 0]], [[np.nan, 1, 0]] * 2, DataError, "labels must be numbers, got NaN in 2 of 2 rows"),
        ([[1, 0, 0]], [0, 1], DataError, "labels must be as many as predictions, 1, got 2"),
        ([[1, 0, 0]], [3], DataError, "labels must be classes from 0 to 2, got 3"),
        ([-1], [0], DataError, "predictions must be classes from 0 to 2, got -1"),
        ([[1, 0, 0, 0]], [0], DataError, "predictions must have at most 3 columns, one for each class, got 4"),
        ([[[1, 0, 0]]], [0], DataError, "predictions must be N or N×3, got 1×1×3"),
        ([0], [0.5], DataError, "labels must be whole numbers where there is one column and 3 classes, got 0.5"),
    ],
)
def test_what_cannot_be_counted_is_refused(predictions: object, labels: object, kind: type[NetspecError], message: str) -> None:
    with pytest.raises(kind) as refused:
        count(np.array(predictions), np.array(labels), classes=3)

    assert str(refused.value) == message


def test_a_single_column_has_no_likeliest_classes() -> None:
    with pytest.raises(DataError, match=r"^predictions must be N×K to count the 2 likeliest, got 1×1$"):
        count_top([[0.4]], [0], n=2)
