"""`netspec run` of a network with several inputs and outputs, and of a spec that says what to evaluate."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

SEVERAL = """\
name: several
updater: adam
activation: tanh
layers:
  - {name: a, type: dense, n_out: 6, input: left}
  - {name: b, type: dense, n_out: 6, input: right}
  - {name: both, type: merge, input: [a, b]}
  - {name: kind, type: output, n_out: 3, input: both, loss: negative_log_likelihood}
  - {name: size, type: output, n_out: 2, input: both, loss: mse}
data:
  type: arrays
  features: {left: left.npy, right: right.npy}
  labels: {kind: kind.npy, size: size.npy}
  split: {validation: 0.25, test: 0.25}
train: {batch_size: 16, epochs: 3}
evaluation: {kind: [classification, roc, calibration]}
"""


@pytest.fixture
def spec(place: Path) -> str:
    draw = np.random.default_rng(0)
    arrays = {"left": draw.normal(size=(80, 4)), "right": draw.normal(size=(80, 5)), "size": draw.normal(size=(80, 2))}
    for name, array in arrays.items():
        np.save(place / f"{name}.npy", array.astype(np.float32))
    np.save(place / "kind.npy", np.arange(80) % 3)
    (place / "several.yaml").write_text(SEVERAL, encoding="utf-8")
    return "several.yaml"


def evaluation(place: Path) -> Any:
    return json.loads((place / "runs" / "latest" / "evaluation.json").read_text(encoding="utf-8"))


def test_each_output_has_its_part_of_the_table_and_of_the_file(spec: str, netspec: Callable, place: Path) -> None:
    said = netspec("run", spec)
    found = evaluation(place)

    assert said.code == 0
    assert said.out.startswith("kind  loss ")
    assert [said.out.count(title) for title in ("areas under curves", "calibration\n", "confusion matrix", "\nsize  loss ")] == [1, 1, 1, 1]
    assert max(map(len, said.out.splitlines())) <= 80
    assert list(found["outputs"]) == ["kind", "size"]
    assert found["outputs"]["kind"]["roc"]["auc"] > 0
    assert len(found["outputs"]["kind"]["calibration"]["per_class"]) == 3
    assert found["loss"] == pytest.approx(found["outputs"]["kind"]["loss"] + found["outputs"]["size"]["loss"])
    history = [json.loads(line) for line in (place / "runs" / "latest" / "history.jsonl").read_text(encoding="utf-8").splitlines()]
    assert {"kind.accuracy", "kind.auc", "size.mse"} <= set(history[-1]["validation_figures"])


def test_json_holds_the_same(spec: str, netspec: Callable, place: Path) -> None:
    said = netspec("run", spec, "--json")

    assert json.loads(said.out)["evaluation"] == evaluation(place)


def test_a_run_goes_on_and_is_reproduced(spec: str, netspec: Callable, place: Path) -> None:
    assert netspec("run", spec, "--set", "train.epochs=2").code == 0
    assert netspec("resume", "runs/latest", "--epochs", "3").code == 0
    gone_on = evaluation(place)
    assert netspec("verify", "runs/latest").code == 0
    assert netspec("run", spec).code == 0
    assert {**evaluation(place), "best_epoch": None} == {**gone_on, "best_epoch": None}


@pytest.mark.parametrize("columns", ["60", "80", "100"])
def test_the_table_is_as_wide_as_the_terminal(columns: str, spec: str, netspec: Callable, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    said = netspec("run", spec, "--quiet")

    assert max(map(len, said.out.splitlines())) <= int(columns)
    assert "\x1b" not in said.out


def test_metrics_of_the_only_output_stand_beside_one_another(netspec: Callable, place: Path) -> None:
    said = netspec("run", "tiny.yaml", "--set", "evaluation=[{type: classification, top_n: 2}, {type: roc, steps: 10}]")
    found = evaluation(place)

    assert "  top 2 " in said.out
    assert "areas under curves  from 11 thresholds\n" in said.out
    assert found["top_2_accuracy"] >= found["accuracy"]
    assert (found["roc"]["steps"], len(found["roc"]["curves"])) == (10, 3)
    assert len(found["roc"]["curves"][0]["curve"]["thresholds"]) == 11


def test_a_metric_that_does_not_fit_ends_with_1_before_anything_is_trained(netspec: Callable, place: Path) -> None:
    said = netspec("run", "tiny.yaml", "--set", "evaluation=regression")

    assert said.code == 1
    assert 'error: evaluation must be another: the labels are classes, got "regression"' in said.err
    assert not (place / "runs").exists()
