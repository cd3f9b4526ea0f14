"""What holds of every metric: its words, its figures, and that it needs no more than predictions and labels."""

import json

import pytest
import torch
import yaml

from netspec.errors import RunError
from netspec.evaluation import Judged
from netspec.metrics import Metric, Output
from netspec.report.evaluation import plain_text

CLASSES = Output(3, "classes", probabilities=True, exclusive=True)
LABELS = Output(3, "values", probabilities=True, exclusive=False)
VALUES = Output(3, "values", probabilities=False, exclusive=False)

FITTING = {"classification": CLASSES, "binary": LABELS, "roc": CLASSES, "calibration": CLASSES, "regression": VALUES}
every_metric = pytest.mark.parametrize("tag", Metric.tags())


def batch(seed: int, output: Output, *sizes: int) -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(seed)
    predictions = torch.rand((*sizes, output.outputs), generator=generator)
    predictions = predictions / predictions.sum(-1, keepdim=True) if output.exclusive else predictions
    labels = torch.randint(3, sizes, generator=generator) if output.labels == "classes" else (torch.rand(predictions.shape, generator=generator) > 0.5).float()
    return predictions, labels


def evaluated(tag: str, *batches: tuple[torch.Tensor, ...], names: tuple[str, ...] = ()):
    counter = Metric.parse(tag).build(FITTING[tag], names)
    for part in batches:
        counter.add(*part)
    return counter.result()


def test_every_metric_is_tested() -> None:
    assert sorted(FITTING) == Metric.tags()


@every_metric
def test_its_result_has_the_figures_that_the_word_promises(tag: str) -> None:
    member = Metric.member(tag)
    found = evaluated(tag, batch(1, FITTING[tag], 50)).figures()

    assert list(found) == list(member.figures)
    assert set(member.figures.values()) <= {"larger", "smaller"}
    assert all(isinstance(value, float) for value in found.values())


@every_metric
def test_what_it_dumps_it_reads_back(tag: str) -> None:
    metric = Metric.parse(tag)

    assert Metric.parse(yaml.safe_load(yaml.safe_dump(metric.model_dump(mode="json", exclude_none=True)))) == metric


@every_metric
def test_batches_add_up(tag: str) -> None:
    predictions, labels = batch(2, FITTING[tag], 60)
    whole = evaluated(tag, (predictions, labels))
    parts = evaluated(tag, *zip(predictions.split(23), labels.split(23), strict=True))

    assert parts.figures() == pytest.approx(whole.figures())


@every_metric
def test_the_order_of_examples_does_not_matter(tag: str) -> None:
    predictions, labels = batch(3, FITTING[tag], 60)
    turned = torch.randperm(60, generator=torch.Generator().manual_seed(3))

    assert evaluated(tag, (predictions[turned], labels[turned])).figures() == pytest.approx(evaluated(tag, (predictions, labels)).figures())


@every_metric
def test_masked_steps_are_as_if_they_were_not_there(tag: str) -> None:
    predictions, labels = batch(4, FITTING[tag], 12, 5)
    mask = torch.rand((12, 5), generator=torch.Generator().manual_seed(4)) > 0.4
    spoilt = torch.where(mask.unsqueeze(-1), predictions, torch.nan)

    assert evaluated(tag, (spoilt, labels, mask.float())).figures() == pytest.approx(evaluated(tag, (predictions[mask], labels[mask])).figures())


@every_metric
def test_images_are_counted_position_by_position(tag: str) -> None:
    predictions, labels = batch(5, FITTING[tag], 4, 3, 2)  # N×H×W×C as it is drawn
    images = predictions.movedim(-1, 1)
    whole = labels if labels.dim() == 3 else labels.movedim(-1, 1)

    assert evaluated(tag, (images, whole)).figures() == pytest.approx(
        evaluated(tag, (predictions.reshape(24, 3), labels.reshape(24, *labels.shape[3:]))).figures()
    )


@every_metric
def test_it_says_everything_in_json_and_in_a_table_that_fits(tag: str) -> None:
    found = evaluated(tag, batch(6, FITTING[tag], 50), names=("the first of three", "the second", "日本語の名前") if FITTING[tag] is not VALUES else ())
    said = json.loads(json.dumps(found.as_dict(), allow_nan=False))
    table = plain_text({"output_1": Judged(0.5, {tag: found})}, width=60)

    first = next(iter(Metric.member(tag).figures))
    assert said[first] == pytest.approx(found.figures()[first])
    assert max(map(len, table.splitlines())) <= 60
    assert all(len(sheet.head) == len(row) for sheet in found.sheets() for row in sheet.rows)


@every_metric
def test_a_metric_never_waits_for_the_device(tag: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever makes a Python value of a tensor waits until all before it is computed."""
    counter, part = Metric.parse(tag).build(FITTING[tag], ()), batch(7, FITTING[tag], 20)
    for call in ("item", "tolist", "__bool__", "__float__", "__int__", "__index__", "numpy", "nonzero"):
        monkeypatch.setattr(torch.Tensor, call, lambda *_: pytest.fail("it waited"))
    counter.add(*part)
    counter.add(*part, torch.ones(20))


@every_metric
@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64])
def test_predictions_may_be_of_any_number_format(tag: str, dtype: torch.dtype) -> None:
    predictions, labels = batch(8, FITTING[tag], 40)
    rounded = predictions.to(dtype)

    assert evaluated(tag, (rounded, labels)).figures() == pytest.approx(evaluated(tag, (rounded.float(), labels)).figures())


@every_metric
def test_nothing_counted_is_no_figure(tag: str) -> None:
    counter = Metric.parse(tag).build(FITTING[tag], ())
    if tag == "classification":
        assert counter.result().examples == 0
        return
    with pytest.raises(RunError, match="no examples"):
        counter.result()
