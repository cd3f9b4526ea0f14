"""Every recorded evaluation of DL4J 1.0.0-M2.1, figure by figure, under the verdicts of cases.json."""

import json
import math
import zipfile
from collections.abc import Callable
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from netspec.errors import RunError
from netspec.metrics.classification import Classification
from netspec.metrics.counting import count, count_top
from netspec.metrics.regression import Regression, Sums

CLASSIFICATIONS = [
    "all_wrong",
    "binary_no_positive_predicted",
    "binary_one_column_float",
    "binary_two_columns",
    "binary_two_columns_positive_0",
    "binary_two_columns_threshold_0_3",
    "merge",
    "one_row_labels_ints",
    "single_example",
    "three_classes",
    "three_classes_labels",
    "three_classes_top2",
    "time_series",
    "twenty_five_classes",
]
REGRESSIONS = ["regression", "regression_mask_example", "regression_names", "regression_one_column", "regression_time_series_mask"]

MEASURES = {
    "precision": "precision",
    "recall": "recall",
    "f1": "f1",
    "gMeasure": "g_measure",
    "matthewsCorrelation": "matthews_correlation",
    "falsePositiveRate": "false_positive_rate",
    "falseNegativeRate": "false_negative_rate",
}
COLUMN_FIGURES = {
    "meanSquaredError": "mse",
    "meanAbsoluteError": "mae",
    "rootMeanSquaredError": "rmse",
    "relativeSquaredError": "rse",
    "pearsonCorrelation": "correlation",
    "correlationR2": "correlation",
    "rSquared": "r2",
}
SETTINGS = {"getAxis", "getBinaryDecisionThreshold", "getMaxWarningClassesToPrint", "getTopN", "getPrecision"}
"""Recorded beside the figures: what was asked for, not what came out."""


@pytest.fixture(scope="module")
def recorded(shared: Path) -> Callable[[str], dict[str, Any]]:
    archive = zipfile.ZipFile(shared / "dl4j" / "conformance" / "evaluation.zip")
    return lambda name: json.loads(archive.read(f"{name}/case.json"))


@pytest.fixture(scope="module")
def verdicts(shared: Path) -> dict[str, Any]:
    cases: dict[str, Any] = json.loads((shared / "dl4j" / "conformance" / "cases.json").read_text(encoding="utf-8"))
    return {name: case["verdict"]["value"] for name, case in cases["evaluation"].items()}


def rows(values: Any, mask: Any = None) -> np.ndarray:
    """N×K from what DL4J evaluates: N×K, or N×K×T in its layout; a series' mask (N×T) leaves steps out."""
    array = np.array(values, dtype=np.float64)
    if array.ndim == 2:
        return array
    steps = array.transpose(0, 2, 1).reshape(-1, array.shape[1])
    return steps if mask is None else steps[np.array(mask).reshape(-1) != 0]


def classification(case: dict[str, Any]) -> Classification:
    first = rows(case["batches"][0]["labels"])
    classes = max(2, first.shape[1])
    figures, stored = case["figures"], case["json"]
    matrix, likeliest = np.zeros((classes, classes), int), 0
    top = figures["getTopN"]
    for batch in case["batches"]:
        predictions, labels = rows(batch["predictions"]), rows(batch["labels"])
        matrix += np.array(count(predictions, labels, classes, figures["getBinaryDecisionThreshold"]))
        likeliest += count_top(predictions, labels, top) if top > 1 else 0
    names = tuple(stored["labelsList"]) if len(stored["labelsList"]) == classes else ()
    tops = {top: likeliest} if top > 1 else None
    return Classification(tuple(map(tuple, matrix.tolist())), names, tops, stored["binaryPositiveClass"])


def figure(result: Classification, name: str) -> object:
    """What DL4J calls `name`, of ours."""
    excluded = {
        "averagePrecisionNumClassesExcluded": result.excluded_from_precision,
        "averageRecallNumClassesExcluded": result.excluded_from_recall,
        "averageF1NumClassesExcluded": result.excluded_from_f1,
        "averageFBetaNumClassesExcluded": result.excluded_from_f1,
    }
    tops = result.top_n_correct or {1: result.correct}
    own = {
        "accuracy": result.accuracy,
        "falseAlarmRate": result.false_alarm_rate,
        "getNumRowCounter": result.examples,
        "getTopNCorrectCount": next(iter(tops.values())),
        "getTopNTotalCount": result.examples,
        "topNAccuracy": result.top_n_accuracy(next(iter(tops))),
        "classCount": result.support,
    }
    if name in excluded:
        return len(excluded[name])
    return own[name] if name in own else getattr(result, MEASURES[name])


def of_classes(result: Classification, name: str) -> object:
    if name == "classCount":
        return result.support
    return result.fbeta_of_classes(float(name[6:])) if name.startswith("fBeta_") else result.of_classes(MEASURES[name])


def average(result: Classification, name: str) -> float:
    measure, averaging = name.rsplit("_", 1)
    return result.fbeta(float(measure[6:]), averaging) if measure.startswith("fBeta_") else result.average(MEASURES[measure], averaging)


def compared(case: dict[str, Any], verdict: Any) -> dict[str, dict[str, Any]]:
    """The recorded figures that the verdict leaves to be compared, by group."""
    left_out = verdict.get("except", []) if isinstance(verdict, dict) else []
    groups = {group: case.get(group, {}) for group in ("figures", "per_class", "averaging", "metrics")}
    return {
        group: {name: value for name, value in values.items() if name not in SETTINGS and not any(fnmatch(f"{group}.{name}", said) for said in left_out)}
        for group, values in groups.items()
    }


def same(expected: Any) -> Any:
    read = [float(value) for value in expected] if isinstance(expected, list) else float(expected)
    return pytest.approx(read, rel=1e-9, abs=1e-12, nan_ok=True)


def test_every_recorded_case_of_these_kinds_is_compared(recorded: Any, verdicts: dict[str, Any]) -> None:
    kinds = {name: recorded(name).get("class", "").rsplit(".", 1)[-1] for name in verdicts}

    assert {name for name, kind in kinds.items() if kind == "Evaluation"} == set(CLASSIFICATIONS) - {"merge"}
    assert {name for name, kind in kinds.items() if kind == "RegressionEvaluation"} == set(REGRESSIONS)


@pytest.mark.parametrize("name", CLASSIFICATIONS)
def test_figures_are_dl4js(name: str, recorded: Any, verdicts: dict[str, Any]) -> None:
    case = recorded(name)
    result, figures = classification(case), compared(case, verdicts[name])["figures"]

    assert len(figures) >= 12
    for said, expected in figures.items():
        assert figure(result, said) == same(expected), said


@pytest.mark.parametrize("name", CLASSIFICATIONS)
def test_figures_of_each_class_are_dl4js(name: str, recorded: Any, verdicts: dict[str, Any]) -> None:
    case = recorded(name)
    result, figures = classification(case), compared(case, verdicts[name])["per_class"]

    assert len(figures) == 10
    for said, expected in figures.items():
        assert list(of_classes(result, said)) == same(expected), said


@pytest.mark.parametrize("name", CLASSIFICATIONS)
def test_averages_are_dl4js(name: str, recorded: Any, verdicts: dict[str, Any]) -> None:
    case = recorded(name)
    result, figures = classification(case), compared(case, verdicts[name])["averaging"]

    assert len(figures) >= 17
    for said, expected in figures.items():
        assert average(result, said) == same(expected), said


@pytest.mark.parametrize("name", [name for name in CLASSIFICATIONS if name != "merge"])
def test_named_metrics_are_dl4js(name: str, recorded: Any, verdicts: dict[str, Any]) -> None:
    words = {"ACCURACY": "accuracy", "F1": "f1", "GMEASURE": "g_measure", "MCC": "matthews_correlation", "PRECISION": "precision", "RECALL": "recall"}
    case = recorded(name)
    result, figures = classification(case), compared(case, verdicts[name])["metrics"]

    assert set(figures) == set(words)
    for said, expected in figures.items():
        assert getattr(result, words[said]) == same(expected), said


@pytest.mark.parametrize("name", CLASSIFICATIONS)
def test_the_matrix_is_dl4js(name: str, recorded: Any) -> None:
    case = recorded(name)
    result = classification(case)

    matrix = case["json"]["confusion"]["matrix"]
    expected = np.zeros((result.classes, result.classes), int)
    for row, (columns, counts) in matrix.items():
        np.add.at(expected[int(row)], columns, counts)  # the lists are padded with zeros
    assert result.confusion == tuple(map(tuple, expected.tolist()))


@pytest.mark.parametrize("name", [name for name in CLASSIFICATIONS if name != "merge"])
def test_left_out_are_the_classes_dl4j_gives_its_edge_value(name: str, recorded: Any) -> None:
    case = recorded(name)
    result, edge = classification(case), case["edge"]

    assert list(result.excluded_from_precision) == [index for index, value in enumerate(edge["precision_edge_-1"]) if value == -1]
    assert list(result.excluded_from_recall) == [index for index, value in enumerate(edge["recall_edge_-1"]) if value == -1]


def test_the_micro_false_negative_rate_is_not_dl4js_mistake(recorded: Any) -> None:
    case = recorded("three_classes")  # 19 examples, 9 right: FN/(FN+TP) = 10/19; DL4J says FN/(FN+TN) = 10/38

    assert case["averaging"]["falseNegativeRate_micro"] == pytest.approx(10 / 38)
    assert classification(case).average("false_negative_rate", "micro") == pytest.approx(10 / 19)


def test_nan_predictions_are_refused_as_dl4j_refuses_them(recorded: Any) -> None:
    case = recorded("nan_predictions")
    predictions = np.array([[float(value) for value in row] for row in case["predictions"]])

    assert "NaNs present" in case["Evaluation"]["error"]
    with pytest.raises(RunError, match=r"^predictions must be numbers, got NaN in 1 of 12 rows$"):
        count(predictions, case["labels"], 3)


def test_a_regression_keeps_nan_to_its_column_as_dl4j_does(recorded: Any) -> None:
    case = recorded("nan_predictions")
    predictions = np.array([[float(value) for value in row] for row in case["predictions"]])
    result = Sums.of(predictions, case["labels"]).result()

    table = [line.split()[1:] for line in case["RegressionEvaluation"]["value"].splitlines()[1:]]
    for column, said in zip(result.columns, table, strict=True):
        expected = [float(value) for value in said]
        figures = [column.mse, column.mae, column.rmse, column.rse, column.correlation, column.r2]
        assert figures == pytest.approx(expected, rel=5e-6, nan_ok=True)


def regression(case: dict[str, Any]) -> Regression:
    total: Sums | None = None
    for batch in case["batches"]:
        mask = batch.get("mask")
        steps = np.array(batch["labels"]).ndim == 3
        predictions, labels = (rows(batch[key], mask if steps else None) for key in ("predictions", "labels"))
        sums = Sums.of(predictions, labels, None if steps else mask)
        total = sums if total is None else total + sums
    assert total is not None
    return total.result(tuple(case["json"]["columnNames"] or ()))


@pytest.mark.parametrize("name", REGRESSIONS)
def test_regression_figures_are_dl4js(name: str, recorded: Any, verdicts: dict[str, Any]) -> None:
    case = recorded(name)
    assert verdicts[name] == "match"
    result = regression(case)

    assert len(result.columns) == case["figures"]["numColumns"]
    for said, own in COLUMN_FIGURES.items():
        assert [getattr(column, own) for column in result.columns] == same(case["per_class"][said]), said
    averages = {said: value for said, value in case["figures"].items() if said.startswith("average")}
    assert len(averages) == 7
    for said, expected in averages.items():
        key = said.removeprefix("average")
        assert getattr(result, COLUMN_FIGURES[key[0].lower() + key[1:]]) == same(expected), said


@pytest.mark.parametrize("name", REGRESSIONS)
def test_regression_moments_are_dl4js(name: str, recorded: Any) -> None:
    case = recorded(name)
    result, stored = regression(case), case["json"]

    assert [column.count for column in result.columns] == stored["exampleCountPerColumn"]["data"]
    assert [column.squared_error for column in result.columns] == same(stored["sumSquaredErrorsPerColumn"]["data"])
    assert [column.absolute_error for column in result.columns] == same(stored["sumAbsErrorsPerColumn"]["data"])
    assert all(math.isfinite(column.co_scatter) for column in result.columns)
