"""What older releases say that has no field of today's."""

import pytest
from conformance.cases import Case
from conformance.check import assert_close, batch, load

from netspec import build
from netspec.errors import DataError, UsageError
from netspec.interop import dl4j


def imported(name, folder):
    case, path = Case.of(name), folder / "before.zip"
    path.write_bytes(case.read("before.zip"))
    return case, load(path, case)


@pytest.mark.parametrize("name", ["era-0.5.0/policy_score", "era-0.6.0/policy_score"])
def test_under_the_policy_score_the_rate_stays_as_it_did_in_dl4j(shared, tmp_path, name):
    case, model = imported(name, tmp_path)

    for wanted in case.array("params_after"):
        model.step(batch(case, model, 0))
        assert_close(dl4j.flat_parameters(model), wanted, 1e-8, name)
    assert "unresolved-score-policy" in {note.mistake for note in model.report.notes}


def test_adabelief_predicts_and_does_not_train(shared, tmp_path):
    _, model = imported("updaters/adabelief_fails", tmp_path)
    features = [[0.0] * model.plan.inputs["input"].size]

    assert model.predict(features).isfinite().all()
    with pytest.raises(UsageError):
        model.step((features, [0]))
    assert "adabelief" in {note.mistake for note in model.report.notes}


@pytest.mark.parametrize(
    ("values", "message"),
    [({"iterations": 2}, "iterations must be 1"), ({"minimize": False}, "minimize must be true")],
)
def test_what_dl4j_does_not_do_is_not_exported(tmp_path, values, message):
    layers = [{"type": "output", "n_out": 2, "loss": "mse"}]
    model = build({"input": 3, "updater": {"type": "sgd", "learning_rate": 0.1}, "layers": layers, **values})

    with pytest.raises(DataError, match=message):
        dl4j.save(model, tmp_path / "model.zip")


def test_a_loss_that_feeds_on_is_three_layers(shared, tmp_path):
    case, model = imported("graphs/output_feeds_on", tmp_path)

    assert [node.name for node in model.plan.nodes if node.name.startswith("o1")] == ["o1_weights", "o1_activation", "o1"]
    predicted = model.predict(case.array("input0_0"))
    assert_close(predicted["o1"], case.array("output0_0"), 1e-9, "o1")
    assert_close(predicted["o2"], case.array("output0_1"), 1e-9, "o2")


def test_a_branch_that_leads_nowhere_is_an_output_without_a_loss(shared, tmp_path):
    case, model = imported("graphs/unused_branch", tmp_path)

    assert model.plan.outputs == ("o", "e")
    assert_close(model.predict(case.array("input0_0"))["o"], case.array("output0_0"), 1e-9, "o")
    assert any("leads to no output" in note.text for note in model.report.notes)


def test_scheduled_weight_decay_that_stands_twice_is_doubled(shared, tmp_path):
    _, model = imported("regularization/weight_decay_schedule_sgd", tmp_path)

    assert [model.plan.nodes[0].layer.weight_decay.value.at(step, 0) for step in (0, 4, 8)] == [0.04, 0.4, 0.1]
    assert "weight-decay-twice" in {note.mistake for note in model.report.notes}
