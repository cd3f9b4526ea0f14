"""Classification: by hand, beside scikit-learn where the definitions agree, and what it refuses."""

import json
import math
import re
import warnings
from typing import Any

import numpy as np
import pytest
from sklearn import metrics

from netspec.evaluation.classification import Classification
from netspec.evaluation.rates import Rates

# Two classes, by hand: class 1 has TP 9, FP 2, FN 1, TN 8.
TWO = Classification(((8, 2), (1, 9)), ("ham", "spam"))

# Three classes, by hand; rows actual: 4 2 1 / 2 2 1 / 0 4 3, 19 examples.
# precision 4/6, 2/8, 3/5; recall 4/7, 2/5, 3/7; F1 = 2TP/(predicted + actual) = 8/13, 4/13, 6/12.
THREE = Classification(((4, 2, 1), (2, 2, 1), (0, 4, 3)))

# Class 2 is never predicted, class 3 never present. Rows: 3 1 0 0 / 0 2 0 1 / 1 1 0 0 / 0 0 0 0.
GAPS = Classification(((3, 1, 0, 0), (0, 2, 0, 1), (1, 1, 0, 0), (0, 0, 0, 0)), ("a", "b", "c", "d"))


@pytest.mark.parametrize(
    ("figure", "expected"),
    [
        ("accuracy", 17 / 20),
        ("precision", 9 / 11),
        ("recall", 9 / 10),
        ("f1", 18 / 21),  # 2TP / (2TP + FP + FN)
        ("false_positive_rate", 2 / 10),
        ("false_negative_rate", 1 / 10),
        ("false_alarm_rate", 0.15),
        ("g_measure", (math.sqrt(8 / 9 * 8 / 10) + math.sqrt(9 / 11 * 9 / 10)) / 2),
        ("matthews_correlation", (9 * 8 - 2 * 1) / math.sqrt(11 * 10 * 10 * 9)),
    ],
)
def test_two_classes_give_the_figures_of_class_1(figure: str, expected: float) -> None:
    assert getattr(TWO, figure) == pytest.approx(expected)


def test_the_positive_class_can_be_0() -> None:
    result = Classification(TWO.confusion, positive=0)

    assert (result.precision, result.recall) == (pytest.approx(8 / 9), pytest.approx(8 / 10))


@pytest.mark.parametrize(
    ("figure", "expected"),
    [
        ("accuracy", 9 / 19),
        ("precision", (4 / 6 + 2 / 8 + 3 / 5) / 3),
        ("recall", (4 / 7 + 2 / 5 + 3 / 7) / 3),
        ("f1", (8 / 13 + 4 / 13 + 6 / 12) / 3),
        ("false_positive_rate", (2 / 12 + 6 / 14 + 2 / 12) / 3),
        ("false_negative_rate", (3 / 7 + 3 / 5 + 4 / 7) / 3),
    ],
)
def test_three_classes_give_means_of_the_classes(figure: str, expected: float) -> None:
    assert getattr(THREE, figure) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("figure", "expected"),
    [
        ("precision", (3 / 4 + 2 / 4 + 0 / 1) / 3),  # without c, never predicted
        ("recall", (3 / 4 + 2 / 3 + 0 / 2) / 3),  # without d, never present
        ("f1", (6 / 8 + 4 / 7) / 2),  # without both
    ],
)
def test_an_average_leaves_out_classes_that_have_no_figure(figure: str, expected: float) -> None:
    assert getattr(GAPS, figure) == pytest.approx(expected)


def test_classes_left_out_are_known_by_reason() -> None:
    assert GAPS.excluded_from_precision == (2,)
    assert GAPS.excluded_from_recall == (3,)
    assert GAPS.excluded_from_f1 == (2, 3)


def test_a_single_class_without_a_figure_has_0() -> None:
    assert GAPS.of_classes("precision")[2] == 0.0
    assert GAPS.of_classes("recall")[3] == 0.0
    assert GAPS.of_classes("f1")[2:] == (0.0, 0.0)


def test_f1_is_not_a_number_where_no_class_has_one() -> None:
    result = Classification(((0, 3, 0), (0, 0, 0), (0, 0, 0)))  # all are 0, all are taken for 1

    assert math.isnan(result.f1)
    assert (result.precision, result.recall, result.accuracy) == (0.0, 0.0, 0.0)


def test_f1_of_two_classes_is_class_1s_in_every_average() -> None:
    assert TWO.average("f1", "macro") == TWO.average("f1", "micro") == pytest.approx(18 / 21)
    assert TWO.average("precision", "macro") == pytest.approx((8 / 9 + 9 / 11) / 2)


def test_f1_averages_of_two_classes_are_nan_where_class_1_never_occurs() -> None:
    result = Classification(((5, 0), (0, 0)))

    assert result.f1 == 0.0
    assert math.isnan(result.average("f1", "macro"))


def test_nothing_evaluated_has_no_accuracy() -> None:
    result = Classification(((0, 0), (0, 0)))

    assert math.isnan(result.accuracy)
    assert result.as_dict()["accuracy"] is None


def confusions() -> list[tuple[np.ndarray, np.ndarray, int]]:
    """Labels and predictions in which every class is present and predicted, so that all definitions agree."""
    cases = []
    for seed, classes in enumerate([2, 2, 3, 5, 10, 25]):
        draw = np.random.default_rng(seed)
        labels = np.concatenate([np.arange(classes), draw.integers(0, classes, 300)])
        guesses = np.where(draw.random(len(labels)) < 0.6, labels, draw.integers(0, classes, len(labels)))
        guesses[:classes] = np.arange(classes)
        cases.append((labels, guesses, classes))
    return cases


def classified(labels: np.ndarray, guesses: np.ndarray, classes: int) -> Classification:
    return Classification(tuple(map(tuple, metrics.confusion_matrix(labels, guesses, labels=range(classes)).tolist())))


@pytest.mark.parametrize(("labels", "guesses", "classes"), confusions())
def test_headline_figures_are_scikit_learns(labels: np.ndarray, guesses: np.ndarray, classes: int) -> None:
    result = classified(labels, guesses, classes)
    average = "binary" if classes == 2 else "macro"

    precision, recall, f1, _ = metrics.precision_recall_fscore_support(labels, guesses, average=average)
    assert (result.precision, result.recall, result.f1) == (pytest.approx(precision), pytest.approx(recall), pytest.approx(f1))
    assert result.accuracy == pytest.approx(metrics.accuracy_score(labels, guesses))


@pytest.mark.parametrize(("labels", "guesses", "classes"), confusions())
@pytest.mark.parametrize("beta", [0.5, 1.0, 2.0])
def test_figures_of_classes_are_scikit_learns(labels: np.ndarray, guesses: np.ndarray, classes: int, beta: float) -> None:
    result = classified(labels, guesses, classes)

    precision, recall, fbeta, support = metrics.precision_recall_fscore_support(labels, guesses, beta=beta)
    assert result.of_classes("precision") == pytest.approx(precision)
    assert result.of_classes("recall") == pytest.approx(recall)
    assert result.fbeta_of_classes(beta) == pytest.approx(fbeta)
    assert result.support == tuple(support)


@pytest.mark.parametrize(("labels", "guesses", "classes"), confusions()[2:])
def test_micro_averages_are_scikit_learns(labels: np.ndarray, guesses: np.ndarray, classes: int) -> None:
    result = classified(labels, guesses, classes)

    for measure, oracle in (("precision", metrics.precision_score), ("recall", metrics.recall_score), ("f1", metrics.f1_score)):
        assert result.average(measure, "micro") == pytest.approx(oracle(labels, guesses, average="micro"))


@pytest.mark.parametrize(("labels", "guesses", "classes"), confusions())
def test_correlation_of_each_class_is_scikit_learns_against_the_rest(labels: np.ndarray, guesses: np.ndarray, classes: int) -> None:
    expected = [metrics.matthews_corrcoef(labels == index, guesses == index) for index in range(classes)]

    assert classified(labels, guesses, classes).of_classes("matthews_correlation") == pytest.approx(expected)


def test_precision_counts_no_undefined_class_as_scikit_learn_would() -> None:
    labels, guesses = [0, 0, 0, 0, 1, 1, 1, 2, 2], [0, 0, 0, 1, 1, 1, 3, 0, 1]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        counted_as_0 = metrics.precision_score(labels, guesses, average="macro", labels=range(4), zero_division=0)
        left_out = metrics.precision_score(labels, guesses, average="macro", labels=range(4), zero_division=np.nan)

    assert GAPS.precision == pytest.approx(left_out)
    assert GAPS.precision != pytest.approx(counted_as_0)


def test_large_counts_do_not_overflow() -> None:
    count = 10**7
    result = Classification(((9 * count, count), (count, 9 * count)))

    assert result.matthews_correlation == pytest.approx((81 - 1) / 100)


def test_rates_of_all_classes_together_are_one_entry() -> None:
    summed = Rates.of(THREE.confusion).summed()

    assert (summed.true_positives, summed.false_positives, summed.false_negatives, summed.true_negatives) == ([9], [10], [10], [28])


def test_the_dict_is_json_and_says_everything() -> None:
    result = Classification(GAPS.confusion, GAPS.class_names, {2: 9})
    said: dict[str, Any] = json.loads(json.dumps(result.as_dict(), allow_nan=False))

    per_class = said.pop("per_class")
    assert said == {
        "examples": 9,
        "accuracy": pytest.approx(5 / 9),
        "precision": pytest.approx((3 / 4 + 2 / 4) / 3),
        "recall": pytest.approx((3 / 4 + 2 / 3) / 3),
        "f1": pytest.approx((6 / 8 + 4 / 7) / 2),
        "top_2_accuracy": 1.0,
        "averaging": "macro",
        "excluded_from_precision": ["c"],
        "excluded_from_recall": ["d"],
        "confusion_matrix": [[3, 1, 0, 0], [0, 2, 0, 1], [1, 1, 0, 0], [0, 0, 0, 0]],
    }
    assert [row["class"] for row in per_class] == ["a", "b", "c", "d"]
    assert per_class[1] == {"class": "b", "precision": 0.5, "recall": pytest.approx(2 / 3), "f1": pytest.approx(4 / 7), "support": 3, "predicted": 4}


def test_the_dict_of_two_classes_names_the_class_it_is_about() -> None:
    assert TWO.as_dict()["averaging"] == "class spam"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((((1, 2), (3,)),), r"a confusion matrix must be square, got rows of [2, 1]"),
        (((),), r"a confusion matrix must be square, got rows of []"),
        ((((1, -1), (0, 0)),), "a confusion matrix must hold counts, got a negative number"),
        ((((1, 0), (0, 1)), ("a",)), "class_names must be 2, as the matrix has classes, got 1"),
        ((((1, 0), (0, 1)), (), None, 2), "positive must be 0 or 1, got 2"),
    ],
)
def test_what_is_no_confusion_matrix_is_refused(arguments: tuple[Any, ...], message: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        Classification(*arguments)


def test_a_top_n_that_was_not_counted_is_refused() -> None:
    with pytest.raises(KeyError):
        TWO.top_n_accuracy(3)
