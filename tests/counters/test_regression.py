"""Regression: by hand, beside scikit-learn, and the stability of its sums."""

import json
import math

import numpy as np
import pytest
import torch
from sklearn import metrics

from netspec.counters.regression import RegressionCounter
from netspec.errors import DataError
from netspec.evaluation.regression import Column, Regression

FIGURES = ("mse", "mae", "rmse", "rse", "correlation", "r2")


def counted(*batches: tuple[object, ...], names: tuple[str, ...] = ()) -> Regression:
    """Predictions, labels and perhaps a mask, batch by batch."""
    counter = RegressionCounter(names)
    for batch in batches:
        counter.add(*(torch.as_tensor(np.asarray(part, dtype=np.float64)) for part in batch))
    return counter.result()


def figures(column: Column) -> list[float]:
    return [getattr(column, name) for name in FIGURES]


def test_figures_by_hand() -> None:
    # labels 1 2 3 (mean 2, scatter 2), predictions 1 3 5 (mean 3, scatter 8): errors 0 1 2, products of distances 2 + 0 + 2
    column = counted(([1, 3, 5], [1, 2, 3])).columns[0]

    assert figures(column) == pytest.approx([5 / 3, 1.0, math.sqrt(5 / 3), 5 / 2, 4 / math.sqrt(16), -1.5])


@pytest.mark.parametrize("sizes", [(100,), (37, 63), (1, 98, 1), (50, 0, 50)])
def test_batches_give_scikit_learns_figures_of_all_rows(sizes: tuple[int, ...]) -> None:
    draw = np.random.default_rng(0)
    labels = draw.normal(size=(100, 3)) * [1, 10, 0.1] + [0, 5, -7]
    predictions = labels + draw.normal(size=(100, 3))
    ends = np.cumsum(sizes)[:-1]

    result = counted(*zip(np.split(predictions, ends), np.split(labels, ends), strict=True))

    raw = "raw_values"
    assert [column.mse for column in result.columns] == pytest.approx(metrics.mean_squared_error(labels, predictions, multioutput=raw))
    assert [column.mae for column in result.columns] == pytest.approx(metrics.mean_absolute_error(labels, predictions, multioutput=raw))
    assert [column.rmse for column in result.columns] == pytest.approx(metrics.root_mean_squared_error(labels, predictions, multioutput=raw))
    assert [column.r2 for column in result.columns] == pytest.approx(metrics.r2_score(labels, predictions, multioutput=raw))
    assert [column.correlation for column in result.columns] == pytest.approx([np.corrcoef(labels[:, k], predictions[:, k])[0, 1] for k in range(3)])
    assert result.r2 == pytest.approx(metrics.r2_score(labels, predictions))
    assert result.examples == 100


def test_large_values_with_little_spread_keep_their_figures() -> None:
    draw = np.random.default_rng(1)
    labels, noise = draw.normal(size=1000), draw.normal(size=1000) * 0.5
    far = 2.0**30  # sums of squares would need 60 bits and more; float64 has 53

    near = counted((labels + noise, labels)).columns[0]
    moved = counted(*((labels[k : k + 100] + noise[k : k + 100] + far, labels[k : k + 100] + far) for k in range(0, 1000, 100))).columns[0]

    assert figures(moved) == pytest.approx(figures(near), rel=1e-6)


def test_a_mask_leaves_values_out_column_by_column() -> None:
    predictions, labels = [[1.0, 9.0], [3.0, 2.0], [5.0, math.nan]], [[1.0, 1.0], [2.0, 4.0], [3.0, 3.0]]
    result = counted((predictions, labels, [[1, 0], [1, 1], [1, 0]]), names=("a", "b"))

    assert [column.count for column in result.columns] == [3, 1]
    assert [column.mse for column in result.columns] == pytest.approx([5 / 3, 4.0])


def test_a_mask_of_examples_leaves_out_their_rows() -> None:
    assert counted(([[1, 1], [9, 9]], [[2, 3], [0, 0]], [1, 0])).mse == pytest.approx((1 + 4) / 2)


@pytest.mark.parametrize("batches", [[slice(0, 10)], [slice(0, 3), slice(3, 10)]])
@pytest.mark.parametrize("kept", [np.ones(10), np.r_[0, np.ones(9)]])
def test_constant_labels_have_no_relative_error(batches: list[slice], kept: np.ndarray) -> None:
    labels, predictions = np.full(10, 0.1), np.arange(10.0)
    column = counted(*((predictions[part], labels[part], kept[part]) for part in batches)).columns[0]

    assert math.isnan(column.rse)
    assert math.isnan(column.r2)
    assert math.isnan(column.correlation)
    assert math.isfinite(column.mse)


def test_what_diverged_gives_undefined_figures_and_no_warning() -> None:
    result = counted(([[math.inf], [1.0]], [[1.0], [2.0]]))

    assert result.as_dict()["mse"] is None


def test_the_dict_is_json_and_says_everything() -> None:
    result = counted(([[1, 0], [3, 0]], [[1, 5], [2, 5]]), names=("price", "rooms"))
    said = json.loads(json.dumps(result.as_dict(), allow_nan=False))

    assert list(said) == ["examples", *FIGURES, "per_column"]
    assert (said["examples"], said["mse"], said["r2"]) == (2, pytest.approx((0.5 + 25) / 2), None)
    assert said["per_column"][0] == {
        "column": "price",
        "examples": 2,
        "mse": 0.5,
        "mae": 0.5,
        "rmse": pytest.approx(math.sqrt(0.5)),
        "rse": pytest.approx(2.0),
        "correlation": pytest.approx(1.0),
        "r2": pytest.approx(-1.0),
    }


@pytest.mark.parametrize(
    ("predictions", "labels", "message"),
    [
        ([[1, 2]], [1], "predictions must have the labels' shape 1×1, got 1×2"),
        ([[1, 2]], [1, 2], "labels must be as many as predictions, 1×2, got 2"),
        ([[1, 2]], [[1, 2], [3, 4]], "labels must be as many as predictions, 1×2, got 2×2"),
    ],
)
def test_different_shapes_are_refused(predictions: object, labels: object, message: str) -> None:
    with pytest.raises(DataError) as refused:
        counted((predictions, labels))

    assert str(refused.value) == message


def test_a_value_at_each_step_counts_as_an_example_and_masked_steps_do_not() -> None:
    steps, labels, mask = np.arange(6.0).reshape(2, 3, 1), np.zeros((2, 3, 1)), [[1, 1, 0], [1, 0, 0]]  # 0 1 – / 3 – –

    result = counted((steps, labels, mask))

    assert (result.examples, result.mse) == (3, pytest.approx((0 + 1 + 9) / 3))
