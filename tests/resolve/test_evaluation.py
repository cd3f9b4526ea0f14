"""What is found out about each output: what the spec says, else what fits; and what does not fit."""

from pathlib import Path

import numpy as np
import pytest

from netspec.errors import SpecError
from netspec.plan import Plan
from netspec.read import plan_of
from netspec.report.explain import explain_path, explain_plan

CLASSES = "{name: a, type: output, n_out: 3, loss: negative_log_likelihood}"
TWO = "{name: a, type: output, n_out: 2, loss: negative_log_likelihood}"
YES_OR_NO = "{name: a, type: output, n_out: 1, loss: xent}"
LABELS = "{name: a, type: output, n_out: 3, loss: xent}"
VALUES = "{name: a, type: output, n_out: 3, loss: mse}"
SCORES = "{name: a, type: output, n_out: 3, loss: multi_label}"


def text(output: str, evaluation: str | None = None) -> str:
    return f"input: 4\nlayers:\n  - {output}\n" + (f"evaluation: {evaluation}\n" if evaluation else "")


def metrics(plan: Plan, output: str = "a") -> list[str]:
    return [metric.type for metric in plan.evaluation[output].metrics]


def messages(spec: str) -> list[str]:
    with pytest.raises(SpecError) as caught:
        plan_of(spec)
    return [problem.message for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("output", "usual"),
    [
        (CLASSES, "classification"),
        (YES_OR_NO, "classification"),
        (LABELS, "binary"),
        (VALUES, "regression"),
        ("{name: a, type: output, n_out: 3, loss: mse, activation: softmax}", "classification"),
        ("{name: a, type: output, n_out: 3, loss: mse, activation: sigmoid}", "regression"),
        ("{name: a, type: output, n_out: 8, loss: {type: mixture_density, mixtures: 2, label_width: 2}}", "regression"),
    ],
)
def test_the_usual_metric_follows_from_the_loss(output: str, usual: str) -> None:
    plan = plan_of(text(output))

    assert metrics(plan) == [usual]
    assert plan.origins[("evaluation", "a")].kind == "inferred"


@pytest.mark.parametrize(("labels", "usual"), [(np.arange(12) % 3, "classification"), (np.ones((12, 3), np.float32), "regression")])
def test_the_usual_metric_follows_from_the_labels(labels: np.ndarray, usual: str, tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", np.ones((12, 4), np.float32))
    np.save(tmp_path / "y.npy", labels)
    (tmp_path / "spec.yaml").write_text(f"layers: [{VALUES}]\ndata: {{type: arrays, features: x.npy, labels: y.npy}}\n", encoding="utf-8")

    assert metrics(plan_of(tmp_path / "spec.yaml")) == [usual]


def test_labels_that_are_classes_are_called_for_by_a_loss_on_probabilities_too() -> None:
    plan = plan_of("layers: [{name: a, type: output, n_out: 10, loss: xent}]\ndata: digits\n")

    assert metrics(plan) == ["classification"]


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("roc", ["roc"]),
        ("{type: roc, steps: 20}", ["roc"]),
        ("[classification, roc, {type: calibration, bins: 5}]", ["classification", "roc", "calibration"]),
        ("{a: roc}", ["roc"]),
        ("{a: [binary, roc]}", ["binary", "roc"]),
    ],
)
def test_a_word_a_mapping_a_list_or_a_map_by_output(said: str, found: list[str]) -> None:
    assert metrics(plan_of(text(LABELS, said))) == found


def test_outputs_that_a_map_does_not_name_have_their_usual_metric() -> None:
    trunk = "{name: t, type: dense, n_out: 3, activation: tanh}"
    heads = "{name: b, type: output, input: t, n_out: 2, loss: mse}, {name: a, type: output, input: t, n_out: 3, loss: negative_log_likelihood}"
    plan = plan_of(f"input: 4\nlayers: [{trunk}, {heads}]\nevaluation: {{a: roc}}\n")

    assert (metrics(plan, "a"), metrics(plan, "b")) == (["roc"], ["regression"])


@pytest.mark.parametrize(
    ("output", "said", "message"),
    [
        (CLASSES, "{type: classification, top_n: 4}", "evaluation.top_n must be at most 3, as there are outputs, got 4"),
        (CLASSES, "{type: classification, threshold: 0.3}", "evaluation.threshold must be left out: there are 3 classes, not two"),
        (CLASSES, "{type: classification, costs: [1, 2]}", "evaluation.costs must be 3, one for each output, got 2"),
        (CLASSES, "{type: classification, costs: [1, 0, 2]}", "evaluation.costs.1 must be greater than 0, got 0"),
        (TWO, "{type: classification, threshold: 0.3, costs: [1, 2]}", "evaluation.costs must not be said beside threshold, got [1, 2]"),
        (YES_OR_NO, "{type: classification, costs: [1, 2]}", "evaluation.costs must be 1, one for each output, got 2"),
        (CLASSES, "{type: classification, names: [x, y]}", "evaluation.names must be 3, as there are to name, got 2"),
        (TWO, "{type: classification, positive: 2}", "evaluation.positive must be 0 or 1, got 2"),
        (
            "{name: a, type: output, n_out: 1, loss: mse}",
            "classification",
            'evaluation must be another: the output is a plain number, not a class, got "classification"',
        ),
        (CLASSES, "regression", 'evaluation must be another: the labels are classes, got "regression"'),
        (VALUES, "{type: roc, steps: 5}", "evaluation.steps must be left out: the outputs are no probabilities, got 5"),
        (VALUES, "calibration", 'evaluation must be another: the outputs are no probabilities, got "calibration"'),
        (SCORES, "binary", "evaluation.threshold must be set: the outputs are no probabilities"),
        (LABELS, "{type: binary, threshold: [0.2, 0.3]}", "evaluation.threshold must be one number, or 3, one for each output, got 2"),
        (LABELS, "{a: [roc, {type: roc, steps: 3}]}", "evaluation.a.1 must name each metric once, got roc again"),
        (LABELS, "{b: roc}", 'evaluation.b must name an output with a loss, got "b"'),
        (LABELS, "{type: roc, steps: 0}", "evaluation.steps must be greater than 0, got 0"),
        (LABELS, "rock", 'evaluation must be the name of a metric, got "rock"'),
        (LABELS, "[roc, 3]", "evaluation.1 must be the name of a metric or a mapping with `type`, got 3"),
        (LABELS, "{a: [roc, {type: rock}]}", 'evaluation.a.1.type must be the name of a metric, got "rock"'),
        (LABELS, "{type: roc, bins: 3}", "evaluation.bins must be left out: roc has no `bins`"),
        (LABELS, "[]", "evaluation must have at least 1 item, got 0"),
        (LABELS, "{}", "evaluation must name at least one output, got a mapping"),
    ],
)
def test_what_does_not_fit_is_refused(output: str, said: str, message: str) -> None:
    assert messages(text(output, said)) == [message]


def test_a_list_of_nothing_but_mistakes_is_not_called_empty_too() -> None:
    wrong = 'evaluation.{} must be the name of a metric, got "{}"'

    assert messages(text(CLASSES, "[accuracy, f1]")) == [wrong.format(0, "accuracy"), wrong.format(1, "f1")]


def test_a_network_without_a_loss_evaluates_nothing() -> None:
    assert plan_of("input: 4\nlayers: [{type: dense, n_out: 3, activation: tanh}]\n").evaluation == {}


def test_the_plan_shows_it_and_who_said_it() -> None:
    plan = plan_of(text(LABELS, "{a: [binary, {type: roc, steps: 5}]}"))
    last = explain_plan(plan).plain.splitlines()[-2:]

    assert plan.as_dict()["evaluation"] == {"a": [{"type": "binary", "threshold": 0.5}, {"type": "roc", "steps": 5}]}
    assert last[0] == "evaluation"
    assert last[1].split(maxsplit=1) == ["a", "[{type: binary, threshold: 0.5}, {type: roc, steps: 5}]  <spec>:4"]
    assert explain_path(plan, ("evaluation", "a", 1, "steps")).plain.split()[:2] == ["evaluation.a.1.steps", "5"]
