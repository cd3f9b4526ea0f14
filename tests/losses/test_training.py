"""Losses in training and evaluation: class labels for losses that are not of classes, masks, what an output predicts."""

import math

import numpy as np
import pytest
import torch

from netspec import build
from netspec.construct import Scorer, build_network, build_scorer
from netspec.errors import SpecError
from netspec.read import plan_of


def spec(loss: object, n_out: int = 1, **said: object) -> dict:
    return {"input": 2, "updater": "adam", "learning_rate": 0.05, "layers": [{"type": "output", "n_out": n_out, "loss": loss}], **said}


def scorer_of(said: dict) -> Scorer:
    plan = plan_of(said)
    return build_scorer(plan, build_network(plan))


def table(tmp_path, labels: list[float], task: str) -> dict:
    """A table of two columns of features, the first of which follows the label."""
    generator = np.random.default_rng(3)
    lines = [f"{generator.normal() + 8 * label},{generator.normal()},{label:g}" for label in labels]
    (tmp_path / "table.csv").write_text("\n".join(["a,b,y", *lines]), encoding="utf-8")
    return {"type": "csv", "path": str(tmp_path / "table.csv"), "label": "y", "task": task}


@pytest.mark.parametrize(("loss", "expected"), [("hinge", (1 + 0.5) + (1 - 0.5)), ("squared_hinge", 1.5**2 + 0.5**2), ("l2", 0.5**2 + 0.5**2)])
def test_class_labels_are_written_as_the_loss_wants_them(loss, expected):
    """Output 0.5 for classes 0 and 1: hinge losses have −1 and 1 as labels, others 0 and 1."""
    scorer = scorer_of(spec(loss))
    assert scorer(torch.full((2, 1), 0.5), torch.tensor([0, 1])).item() == pytest.approx(expected / 2)


def test_class_labels_of_several_outputs_are_minus_1_and_1_for_hinge():
    scorer = scorer_of(spec("hinge", 3))
    assert scorer(torch.tensor([[0.5, -0.5, 2.0]]), torch.tensor([0])).item() == pytest.approx(0.5 + 0.5 + 3)


def test_a_mask_takes_examples_out_of_the_score_but_not_out_of_their_number():
    scorer = scorer_of(spec("l2"))
    output, labels = torch.tensor([[1.0], [2.0], [3.0]]), torch.zeros(3, 1)
    assert scorer(output, labels, torch.tensor([1.0, 0.0, 1.0])).item() == pytest.approx((1 + 9) / 3)
    assert scorer(output, labels, {"output_1": torch.tensor([1.0, 0.0, 1.0])}).item() == pytest.approx((1 + 9) / 3)
    assert scorer(output, labels, {}).item() == pytest.approx((1 + 4 + 9) / 3)


def test_fmeasure_is_not_divided_by_the_examples():
    scorer = scorer_of(spec("fmeasure"))
    assert scorer(torch.zeros(4, 1), torch.tensor([[1.0], [0.0], [0.0], [1.0]])).item() == pytest.approx(1 - 2 * 1 / (2 + 2))


@pytest.mark.parametrize("loss", ["hinge", "xent", "l2", "fmeasure", "sigmoid_focal"])
def test_two_classes_are_told_apart_by_one_output(loss, tmp_path):
    """The boundary is halfway between the two labels: 0 for hinge, ½ for others."""
    model = build(spec(loss, seed=5, data=table(tmp_path, [0.0, 1.0] * 40, "classification"), train={"batch_size": 80, "epochs": 60}))
    model.fit()
    assert model.evaluate().evaluation.accuracy > 0.9


def test_a_mixture_is_evaluated_by_its_mean(tmp_path):
    labels = [0.25 + index / 40 for index in range(40)]
    mixture = {"type": "mixture_density", "mixtures": 2, "label_width": 1}
    said = spec(mixture, 6, seed=5, data=table(tmp_path, labels, "regression"), train={"batch_size": 40, "epochs": 200})
    model = build(said)
    model.fit()
    found = model.evaluate().evaluation.columns[0]
    assert found.count == 8  # a fifth is kept for the test
    assert math.isfinite(found.mse)
    assert found.correlation > 0.8


def test_a_mixture_of_another_width_than_the_data_is_refused(tmp_path):
    mixture = {"type": "mixture_density", "mixtures": 1, "label_width": 2}
    said = spec(mixture, 4, data=table(tmp_path, [0.25, 0.5] * 20, "regression"), train={"batch_size": 40, "epochs": 1})
    with pytest.raises(SpecError, match=r"layers\.0\.loss must be of labels with 1 value, as csv has, got 2"):
        plan_of(said)
