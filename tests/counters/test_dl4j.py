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
import torch
from sklearn import metrics

from netspec.counters import Counter
from netspec.counters.binary import BinaryCounter
from netspec.counters.calibration import CalibrationCounter
from netspec.counters.classification import ClassificationCounter, Decision
from netspec.counters.regression import RegressionCounter
from netspec.counters.roc import RocCounter
from netspec.errors import RunError
from netspec.evaluation import Evaluation
from netspec.evaluation.binary import Binary
from netspec.evaluation.calibration import Calibration
from netspec.evaluation.classification import Classification
from netspec.evaluation.regression import Regression
from netspec.evaluation.roc import Roc

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


def array(values: Any) -> np.ndarray:
    """Features last, as here: DL4J has the steps of a series behind them."""
    numbers = np.array([values], dtype=np.float64)[0]
    return numbers if numbers.ndim == 2 else numbers.transpose(0, 2, 1)


def counted(counter: Counter, case: dict[str, Any]) -> Evaluation:
    """What the counter makes of a case's batches."""
    for batch in case["batches"]:
        mask = None if batch.get("mask") is None else torch.tensor(batch["mask"])
        counter.add(torch.tensor(array(batch["predictions"])), torch.tensor(array(batch["labels"])), mask)
    return counter.result()


def classification(case: dict[str, Any]) -> Classification:
    classes = max(2, array(case["batches"][0]["labels"]).shape[-1])
    figures, stored = case["figures"], case["json"]
    names = tuple(stored["labelsList"]) if len(stored["labelsList"]) == classes else ()
    decision, positive = Decision(figures["getBinaryDecisionThreshold"]), stored["binaryPositiveClass"]
    return counted(ClassificationCounter(classes, decision, top_n=figures["getTopN"], positive=positive, names=names), case)


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
    assert {name for name, kind in kinds.items() if kind == "EvaluationBinary"} == set(MULTI_LABEL)
    assert {name for name, kind in kinds.items() if kind.startswith("ROC")} == set(ROCS)
    assert {name for name, kind in kinds.items() if kind == "EvaluationCalibration"} == set(CALIBRATIONS)
    assert {name for name, kind in kinds.items() if not kind} == {"empty", "merge", "nan_predictions"}


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


def nan_case(recorded: Any) -> dict[str, Any]:
    case = recorded("nan_predictions")
    predictions = [[float(value) for value in row] for row in case["predictions"]]
    return case | {"batches": [{"predictions": predictions, "labels": case["labels"]}]}


@pytest.mark.parametrize(
    ("name", "counter", "message"),
    [
        ("Evaluation", ClassificationCounter(3), "predictions must be numbers, got NaN in 1 row"),
        ("EvaluationBinary", BinaryCounter(), "predictions must be numbers, got NaN"),
        ("ROCMultiClass", RocCounter(), "predictions must be numbers, got NaN"),
        ("ROCMultiClass", RocCounter(10), "predictions must be numbers, got NaN"),
    ],
)
def test_nan_predictions_are_refused_as_dl4j_refuses_them(name: str, counter: Counter, message: str, recorded: Any) -> None:
    case = nan_case(recorded)

    assert "NaN" in case[name]["error"]
    with pytest.raises(RunError) as refused:
        counted(counter, case)
    assert str(refused.value) == message


def test_a_calibration_takes_nan_as_dl4js_does(recorded: Any) -> None:
    case = nan_case(recorded)

    assert "error" not in case["EvaluationCalibration"]
    assert counted(CalibrationCounter(), case).label_counts == (3, 3, 6)


def test_a_regression_keeps_nan_to_its_column_as_dl4j_does(recorded: Any) -> None:
    case = nan_case(recorded)
    result = counted(RegressionCounter(), case)

    table = [line.split()[1:] for line in case["RegressionEvaluation"]["value"].splitlines()[1:]]
    for column, said in zip(result.columns, table, strict=True):
        expected = [float(value) for value in said]
        figures = [column.mse, column.mae, column.rmse, column.rse, column.correlation, column.r2]
        assert figures == pytest.approx(expected, rel=5e-6, nan_ok=True)


def regression(case: dict[str, Any]) -> Regression:
    return counted(RegressionCounter(tuple(case["json"]["columnNames"] or ())), case)


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


MULTI_LABEL = {
    "multi_label_binary_mask_example": BinaryCounter,
    "multi_label_binary_roc": BinaryCounter,
    "multi_label_binary_thresholds": lambda: BinaryCounter((0.2, 0.5, 0.8)),
}
OUTPUT_FIGURES = MEASURES | {"accuracy": "accuracy", "falseAlarmRate": "false_alarm_rate"}


@pytest.mark.parametrize("name", MULTI_LABEL)
def test_multi_label_figures_are_dl4js(name: str, recorded: Any, verdicts: dict[str, Any]) -> None:
    case = recorded(name)
    result: Binary = counted(MULTI_LABEL[name](), case)

    assert verdicts[name] == "match"
    for said, own in OUTPUT_FIGURES.items():
        assert list(result.of_outputs(own)) == same(case["per_class"][said]), said
        mean = case["figures"].get(f"average{said[0].upper()}{said[1:]}")
        assert mean is None or result.average(own) == same(mean), said
    for kind in ("true", "false"):
        for sign in ("Positives", "Negatives"):
            assert list(getattr(result, f"{kind}_{sign.lower()}")) == case["per_class"][f"{kind}{sign}"]
    assert list(result.totals) == case["per_class"]["totalCount"]


def test_the_areas_beside_a_multi_label_evaluation_are_dl4js(recorded: Any) -> None:
    case = recorded("multi_label_binary_roc")
    table = [line.split() for line in case["stats"].splitlines()]

    assert table[0][-1] == "AUC"
    assert [f"{curve.auc:.4f}" for curve in counted(RocCounter(10), case).curves] == [line[-1] for line in table[1:]]


ROCS = {
    "multi_label_roc_binary": RocCounter,
    "multi_label_roc_binary_mask_output": RocCounter,
    "multi_label_roc_binary_steps_10_mask_example": lambda: RocCounter(10),
    "roc_exact_inverted": lambda: RocCounter(second_only=True),
    "roc_exact_keep_redundant_two_columns": lambda: RocCounter(second_only=True),
    "roc_exact_one_class_only": lambda: RocCounter(second_only=True),
    "roc_exact_perfect": lambda: RocCounter(second_only=True),
    "roc_multi_exact": RocCounter,
    "roc_multi_steps_10": lambda: RocCounter(10),
    "roc_steps_100_two_columns": lambda: RocCounter(100, second_only=True),
    "roc_steps_10_two_columns": lambda: RocCounter(10, second_only=True),
}


def of_curves(case: dict[str, Any], single: str, several: str) -> list[Any]:
    return case[several] if several in case else [case[single]]


@pytest.mark.parametrize("name", ROCS)
def test_counts_of_curves_are_dl4js(name: str, recorded: Any) -> None:
    case = recorded(name)
    result: Roc = counted(ROCS[name](), case)

    for said, own in {"getCountActualPositive": "positives", "getCountActualNegative": "negatives"}.items():
        expected = case["per_class"].get(said) or [case["figures"][said]]
        assert [getattr(curve, own) for curve in result.curves] == expected


@pytest.mark.parametrize("name", ROCS)
def test_areas_are_dl4js(name: str, recorded: Any, verdicts: dict[str, Any]) -> None:
    case = recorded(name)
    result: Roc = counted(ROCS[name](), case)

    if verdicts[name] == "match":
        expected = [case["per_class"].get(said) or [case["figures"][said]] for said in ("calculateAUC", "calculateAUCPR")]
    else:  # DL4J takes equal scores in the order of the file
        assert verdicts[name]["corrected"] == "roc-ties"
        scores, truth = (np.array(case["batches"][0][key])[:, 1] for key in ("predictions", "labels"))
        precision, recall, _ = metrics.precision_recall_curve(truth, scores)
        expected = [[metrics.roc_auc_score(truth, scores)], [metrics.auc(recall, precision)]]
    assert [curve.auc for curve in result.curves] == same(expected[0])
    assert [curve.auprc for curve in result.curves] == same(expected[1])


@pytest.mark.parametrize("name", [name for name in ROCS if name.startswith(("multi", "roc_multi"))])
def test_mean_areas_are_dl4js(name: str, recorded: Any) -> None:
    case = recorded(name)
    result: Roc = counted(ROCS[name](), case)

    figures = case["figures"]

    assert result.auc == same(figures.get("calculateAverageAUC", figures.get("calculateAverageAuc")))
    assert result.auprc == same(figures["calculateAverageAUCPR"])


TIED = ("roc_exact_inverted", "roc_exact_keep_redundant_two_columns", "roc_exact_perfect")
"""Cases with equal scores, which DL4J takes in the order of the file."""


@pytest.mark.parametrize("name", [name for name in ROCS if name not in (*TIED, "roc_exact_one_class_only")])
def test_every_point_of_a_recorded_curve_is_on_ours(name: str, recorded: Any) -> None:
    case = recorded(name)
    result: Roc = counted(ROCS[name](), case)
    recordings = zip(result.curves, of_curves(case, "curve", "curves"), of_curves(case, "pr_curve", "pr_curves"), strict=True)

    for curve, roc, precision_recall in recordings:
        assert points(roc["fpr"], roc["tpr"]) <= points(curve.false_positive_rate, curve.recall)
        assert points(precision_recall["tp"], precision_recall["fp"]) <= points(curve.true_positives, curve.false_positives)
        if result.steps:  # an exact curve of DL4J's lacks points, and takes the next that is left
            confusion = precision_recall["confusion_at_0.5"]
            assert tuple(curve.at(0.5)) == tuple(confusion[count] for count in ("tp", "fp", "fn", "tn"))


def points(first: Any, second: Any) -> set[tuple[float, float]]:
    return {(round(float(x), 9), round(float(y), 9)) for x, y in zip(first, second, strict=True)}


CALIBRATIONS = {"calibration": (10, 50), "calibration_5_bins_keep_empty": (5, 4), "calibration_mask": (5, 4)}


@pytest.mark.parametrize("name", CALIBRATIONS)
def test_calibrations_are_dl4js(name: str, recorded: Any, verdicts: dict[str, Any]) -> None:
    case = recorded(name)
    result: Calibration = counted(CalibrationCounter(*CALIBRATIONS[name]), case)

    assert verdicts[name] == "match"
    for index, diagram in enumerate(case["reliability"]):
        keeps_empty = len(diagram["mean_predicted"]) == len(result.counts[index])
        shown = [bin for bin, count in enumerate(result.counts[index]) if count or keeps_empty]
        assert result.mean_predicted(index)[shown].tolist() == same(diagram["mean_predicted"])
        assert result.fraction_positive(index)[shown].tolist() == same(diagram["fraction_positives"])
    assert (list(result.label_counts), list(result.prediction_counts)) == (case["label_counts"], case["prediction_counts"])
    assert list(result.residuals) == case["residual_all"]["counts"]
    assert list(map(list, result.residuals_of)) == [histogram["counts"] for histogram in case["residual"]]
    assert list(result.probabilities) == case["probability_all"]["counts"]
    assert list(map(list, result.probabilities_of)) == [histogram["counts"] for histogram in case["probability"]]


@pytest.mark.parametrize("name", ["Evaluation", "EvaluationBinary", "ROC", "ROCBinary", "ROCMultiClass", "RegressionEvaluation"])
def test_dl4j_too_has_nothing_to_say_of_nothing(name: str, recorded: Any) -> None:
    counters = {"Evaluation": ClassificationCounter(2), "EvaluationBinary": BinaryCounter(), "RegressionEvaluation": RegressionCounter()}

    assert "no data" in recorded("empty")[name]["stats"].lower()
    if name == "Evaluation":
        assert counters[name].result().examples == 0
        return
    with pytest.raises(RunError, match=r"^there are no examples to evaluate$"):
        counters.get(name, RocCounter()).result()
