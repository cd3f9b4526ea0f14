"""Areas, multi-label figures and calibration beside scikit-learn's, in one batch or several, with and without a mask."""

from typing import Any

import numpy as np
import pytest
import torch
from sklearn import metrics
from sklearn.calibration import calibration_curve

from netspec.counters import Counter
from netspec.counters.binary import BinaryCounter
from netspec.counters.calibration import CalibrationCounter
from netspec.counters.roc import RocCounter
from netspec.errors import DataError, RunError
from netspec.evaluation import Evaluation

SPLITS = [(200,), (64, 100, 36)]


def drawn(seed: int, outputs: int = 3, *, ties: bool = False) -> tuple[np.ndarray, np.ndarray]:
    """Scores in [0, 1] and labels of 0 and 1 that go with them more often than not."""
    draw = np.random.default_rng(seed)
    scores = draw.random((200, outputs))
    truth = (draw.random((200, outputs)) < 0.2 + 0.6 * scores).astype(float)
    return (scores.round(1) if ties else scores), truth


def counted(counter: Counter, scores: Any, truth: Any, mask: Any = None, sizes: tuple[int, ...] = (200,)) -> Evaluation:
    ends = np.cumsum(sizes)[:-1]
    parts = [np.split(np.asarray(part), ends) for part in (scores, truth, *([] if mask is None else [mask]))]
    for batch in zip(*parts, strict=True):
        counter.add(*map(torch.as_tensor, batch))
    return counter.result()


@pytest.mark.parametrize("sizes", SPLITS)
@pytest.mark.parametrize("ties", [False, True])
def test_exact_areas_are_scikit_learns(ties: bool, sizes: tuple[int, ...]) -> None:
    scores, truth = drawn(1, ties=ties)
    result = counted(RocCounter(), scores, truth, sizes=sizes)

    for output, curve in enumerate(result.curves):
        precision, recall, _ = metrics.precision_recall_curve(truth[:, output], scores[:, output])
        assert curve.auc == pytest.approx(metrics.roc_auc_score(truth[:, output], scores[:, output]))
        assert curve.auprc == pytest.approx(metrics.auc(recall, precision))
    assert result.auc == pytest.approx(metrics.roc_auc_score(truth, scores, average="macro"))


def test_an_exact_curve_is_scikit_learns_point_by_point() -> None:
    scores, truth = drawn(2, ties=True)
    curve = counted(RocCounter(), scores, truth).curves[0]

    wrong, right, thresholds = metrics.roc_curve(truth[:, 0], scores[:, 0], drop_intermediate=False)
    assert curve.false_positive_rate == pytest.approx(wrong)
    assert curve.recall == pytest.approx(right)
    assert curve.thresholds[1:] == pytest.approx(thresholds[1:])


def test_each_class_is_set_against_all_others() -> None:
    draw = np.random.default_rng(3)
    labels, scores = draw.integers(0, 4, 200), draw.dirichlet(np.ones(4), 200)
    result = counted(RocCounter(second_only=True), scores, labels)

    assert len(result.curves) == 4
    assert result.auc == pytest.approx(metrics.roc_auc_score(labels, scores, multi_class="ovr", average="macro"))


@pytest.mark.parametrize("sizes", SPLITS)
def test_thresholds_count_the_scores_that_reach_them(sizes: tuple[int, ...]) -> None:
    scores, truth = drawn(4)
    curve = counted(RocCounter(20), scores, truth, sizes=sizes).curves[1]

    for index, threshold in enumerate(curve.thresholds[1:], 1):
        reached = scores[:, 1] >= threshold
        assert (curve.true_positives[index], curve.false_positives[index]) == ((reached & (truth[:, 1] == 1)).sum(), (reached & (truth[:, 1] == 0)).sum())
    assert (curve.true_positives[0], curve.false_positives[0]) == (0, 0)
    assert curve.auc == pytest.approx(metrics.roc_auc_score(truth[:, 1], scores[:, 1]), abs=0.02)


@pytest.mark.parametrize("counter", [RocCounter, lambda: RocCounter(20)])
def test_masked_scores_do_not_count(counter: Any) -> None:
    scores, truth = drawn(5)
    mask = np.random.default_rng(5).integers(0, 2, scores.shape)
    result = counted(counter(), np.where(mask == 1, scores, np.nan), truth, mask)

    for output, curve in enumerate(result.curves):
        kept = mask[:, output] == 1
        alone = counted(counter(), scores[kept, output : output + 1], truth[kept, output : output + 1], sizes=(int(kept.sum()),))
        assert (curve.auc, curve.auprc) == (pytest.approx(alone.auc), pytest.approx(alone.auprc))


@pytest.mark.parametrize("share", [0.1, 0.5, 0.95])
def test_thresholds_for_a_recall_or_a_precision_are_the_outermost_that_reach_it(share: float) -> None:
    scores, truth = drawn(6, outputs=1)
    curve = counted(RocCounter(), scores, truth).curves[0]
    reached = [(threshold, scores[:, 0] >= threshold) for threshold in np.sort(scores[:, 0])]
    recall = {threshold: metrics.recall_score(truth[:, 0], said) for threshold, said in reached}
    precision = {threshold: metrics.precision_score(truth[:, 0], said) for threshold, said in reached}

    assert curve.threshold_for_recall(share) == max(threshold for threshold, found in recall.items() if found >= share)
    assert curve.threshold_for_precision(share) == min((threshold for threshold, right in precision.items() if right >= share), default=np.inf)


def test_what_is_right_and_wrong_at_a_threshold() -> None:
    scores, truth = drawn(7, outputs=1)
    counts = counted(RocCounter(), scores, truth).curves[0].at(0.37)

    rejections, false_alarms, misses, hits = metrics.confusion_matrix(truth[:, 0], scores[:, 0] >= 0.37).ravel()
    assert tuple(counts) == (hits, false_alarms, misses, rejections)


def test_without_both_kinds_there_is_no_area() -> None:
    result = counted(RocCounter(), [[0.2, 0.3], [0.4, 0.9]], [[1.0, 1.0], [1.0, 0.0]], sizes=(2,))

    assert [np.isnan(curve.auc) for curve in result.curves] == [True, False]
    assert result.auc == result.curves[1].auc == 0.0
    assert result.as_dict()["curves"][0]["auc"] is None
    assert result.sheets()[0].notes == ("no area where examples of one kind only are there: 0",)


@pytest.mark.parametrize("sizes", SPLITS)
def test_multi_label_figures_are_scikit_learns(sizes: tuple[int, ...]) -> None:
    scores, truth = drawn(8)
    result, said = counted(BinaryCounter(), scores, truth, sizes=sizes), scores > 0.5

    assert result.of_outputs("precision") == pytest.approx(metrics.precision_score(truth, said, average=None))
    assert result.of_outputs("recall") == pytest.approx(metrics.recall_score(truth, said, average=None))
    assert result.average("f1") == pytest.approx(metrics.f1_score(truth, said, average="macro"))
    assert result.of_outputs("matthews_correlation") == pytest.approx([metrics.matthews_corrcoef(truth[:, k], said[:, k]) for k in range(3)])
    assert result.average("accuracy") == pytest.approx((truth == said).mean())


def test_what_is_undefined_for_an_output_is_0_there_and_left_out_of_the_mean() -> None:
    result = counted(BinaryCounter(names=("never", "both")), [[0.1, 0.9], [0.2, 0.8]], [[1.0, 1.0], [0.0, 0.0]], sizes=(2,))

    assert result.of_outputs("precision") == (0.0, 0.5)
    assert result.average("precision") == 0.5
    assert result.sheets()[0].notes == ("the means of precision and F1 leave out what never said yes: never",)
    assert result.as_dict()["per_output"][0]["precision"] is None


def test_class_indices_are_yes_for_their_class() -> None:
    result = counted(BinaryCounter(), [[0.9, 0.6], [0.1, 0.2]], [0, 1], sizes=(2,))

    assert (result.true_positives, result.false_positives, result.false_negatives, result.true_negatives) == ((1, 0), (0, 1), (0, 1), (1, 0))


@pytest.mark.parametrize("sizes", SPLITS)
def test_reliability_is_scikit_learns(sizes: tuple[int, ...]) -> None:
    scores, truth = drawn(9)
    result = counted(CalibrationCounter(), scores, truth, sizes=sizes)

    for output in range(3):
        fraction, predicted = calibration_curve(truth[:, output], scores[:, output], n_bins=10)
        assert result.fraction_positive(output) == pytest.approx(fraction)
        assert result.mean_predicted(output) == pytest.approx(predicted)


def test_the_calibration_error_by_hand() -> None:
    # bins 0.2 to 0.4: 0.25 and 0.35, one true: |0.3 - 0.5|; 0.8 to 1: 0.9 and 1.0, both true: |0.95 - 1|; half of the predictions each
    result = counted(CalibrationCounter(bins=5), [[0.25], [0.35], [0.9], [1.0]], [1, 0, 1, 1], sizes=(4,))

    assert result.calibration_error == pytest.approx(0.5 * 0.2 + 0.5 * 0.05)
    assert (result.label_counts, result.prediction_counts) == ((3,), (2,))


@pytest.mark.parametrize("counter", [RocCounter(), RocCounter(5), BinaryCounter(), CalibrationCounter()])
def test_labels_of_another_width_are_refused(counter: Counter) -> None:
    with pytest.raises(DataError, match=r"^labels must have 3 columns, one for each output, got 2$"):
        counter.add(torch.zeros(4, 3), torch.zeros(4, 2))


@pytest.mark.parametrize("counter", [RocCounter(), BinaryCounter(), CalibrationCounter()])
def test_nothing_evaluated_is_refused(counter: Counter) -> None:
    with pytest.raises(RunError, match=r"^there are no examples to evaluate$"):
        counter.result()


@pytest.mark.parametrize("make", [RocCounter, lambda: RocCounter(10), BinaryCounter, CalibrationCounter])
def test_steps_count_one_by_one_and_masked_ones_do_not(make: Any) -> None:
    scores, truth = drawn(10)
    mask = np.random.default_rng(10).integers(0, 2, 200)
    steps = counted(make(), scores.reshape(20, 10, 3), truth.reshape(20, 10, 3), mask.reshape(20, 10), sizes=(5, 15))
    rows = counted(make(), scores[mask == 1], truth[mask == 1], sizes=(int(mask.sum()),))

    assert steps.figures() == pytest.approx(rows.figures())
