"""--convert-training: settings of the modern order that train as the older order did, against DL4J's own steps and against that order itself."""

import re
import zipfile

import pytest
import torch
from conformance.cases import Case, verdicts
from conformance.check import arrays, assert_close, batch, load
from interop.test_fixtures import Integration, fixtures, in_batches, mnist  # noqa: F401  # fixtures of pytest's

from netspec import build
from netspec.cli import invoke
from netspec.errors import DataError, NetspecError
from netspec.interop import dl4j
from netspec.interop.dl4j.said import Unspoken

ERAS = ("0.5.0", "0.6.0", "0.7.2", "0.8.0", "0.9.1", "1.0.0-alpha", "1.0.0-beta", "1.0.0-beta2", "1.0.0-beta3")
REFUSED = {
    "l1 without an equal": r"must not have l1.* only with sgd at a constant rate",
    "a history of its own": "must come with its updater's state",
}
"""Why there may be no equal settings."""


def trained(era: str) -> list[Case]:
    """Recorded networks of a release whose training steps are DL4J's, in batches without masks."""
    cases = [Case(f"era-{era}", name) for name in verdicts().get(f"era-{era}", {})]
    return [
        case
        for case in cases
        if case.level("steps").said == "match"
        and case.has("params_after")
        and case.has("input0")
        and not case.has("input_mask0")
        and not case.has("label_mask0")
    ]


def converted(case: Case, folder, size: int) -> dl4j.Imported:
    (folder / "before.zip").write_bytes(case.read("before.zip"))
    return dl4j.load(folder / "before.zip", convert_training=size, era=case.about["dl4j"])


@pytest.mark.parametrize("era", ERAS)
def test_converted_training_is_what_the_old_release_did(shared, tmp_path, era):
    reasons, same = [], []
    for case in trained(era):
        rows = len(case.array("input0"))
        try:
            original = load(tmp_path / "before.zip", case) if (tmp_path / "before.zip").write_bytes(case.read("before.zip")) else None
            model = converted(case, tmp_path, rows)
        except Unspoken:
            continue
        except NetspecError as error:
            reasons.append(f"{case.name}: {error}")
            continue
        tolerance, iterations = case.level("steps").tolerance(model.plan.data_type), original.plan.iterations
        batches = [batch(case, model, number) for number in range(case.about["batches"]) if len(arrays(case, "input", number)[""]) == rows]
        for _ in range(case.about.get("training_forward_before_steps", 0)):
            for one in (model, original):
                one.module.train()(torch.as_tensor(batches[0][0]))
        model.step(batches[0])
        assert model.plan.training_order == "modern"
        assert_close(dl4j.flat_parameters(model), case.array("params_after")[0], tolerance, f"{case.name}: first step")
        original.step(batches[0])
        for number in range(3 * iterations):
            one = batches[number % len(batches)]
            model.step(one)
            original.step(one)
        assert_close(dl4j.flat_parameters(model), dl4j.flat_parameters(original), tolerance, f"{case.name}: further steps")
        same.append(case.name)

    assert len(same) > 10
    assert [reason for reason in reasons if not any(re.search(known, reason) for known in REFUSED.values())] == []


def test_lenet_trains_in_the_modern_order_as_dl4j_did_in_its_own(fixtures, mnist):  # noqa: F811
    recorded, ((images, labels), _) = Integration(fixtures / "integration" / "LenetMnist"), mnist
    values = dl4j.import_file(recorded.folder / "config.mlc.json", convert_training=16).values
    assert "training_order" not in values

    model = build({**values, "random": {"type": "dl4j", "era": "1.0.0-beta"}})

    assert [model.step(batch) for batch in in_batches(images, labels, 16, 60)] == pytest.approx(recorded.curve, abs=1e-5)


def saved(case: str, folder):
    path = folder / "before.zip"
    path.write_bytes(Case.of(case).read("before.zip"))
    return path


def test_the_spec_says_what_is_equal_now(shared, tmp_path):
    before, after = (dl4j.load(saved("era-0.9.1/mlp_adam", tmp_path), convert_training=size).plan.nodes[0].layer for size in (None, 8))

    assert after.updater.learning_rate.start == before.updater.learning_rate.start / 8
    assert after.updater.epsilon == before.updater.epsilon / 8


def test_l1_has_no_equal_but_with_sgd(shared, tmp_path, capsys):
    path = saved("era-0.8.0/mlp_nesterovs_l1", tmp_path)

    with pytest.raises(DataError, match="must not have l1"):
        dl4j.load(path, convert_training=8)
    assert invoke(["import", str(path), "-o", str(tmp_path / "net"), "--convert-training", "8"]) == 1
    assert "only with sgd at a constant rate" in capsys.readouterr().err


def test_an_updater_without_a_rate_has_no_equal_where_gradients_are_renormalized(shared, tmp_path):
    path = tmp_path / "configuration.json"
    with zipfile.ZipFile(saved("era-0.8.0/gradnorm_renormalizel2perlayer", tmp_path)) as model:
        path.write_text(re.sub(r'"updater" ?: ?"\w+"', '"updater" : "NONE"', model.read("configuration.json").decode()))

    with pytest.raises(DataError, match="must have an updater with a rate"):
        dl4j.load(path, convert_training=8)


def test_a_history_that_the_file_does_not_hold_is_refused(shared, tmp_path):
    path = tmp_path / "configuration.json"
    with zipfile.ZipFile(saved("era-0.9.1/mlp_rmsprop", tmp_path)) as model:
        path.write_bytes(model.read("configuration.json"))

    with pytest.raises(DataError, match="must come with its updater's state"):
        dl4j.load(path, convert_training=8)


def test_a_modern_file_is_left_as_it_is(shared, tmp_path):
    model = dl4j.load(saved("updaters/sgd_default", tmp_path), convert_training=8)

    assert "there is nothing to convert: 1.0.0-M2.1 trains in the modern order" in [note.text for note in model.report.notes if note.kind == "warning"]


def test_a_converted_network_is_exported_and_trains_on_in_dl4j_as_the_old_release_did(oracle, tmp_path):
    case = Case.of("era-0.9.1/mlp_adam")
    rows = len(case.array("input0"))
    model = dl4j.load(saved("era-0.9.1/mlp_adam", tmp_path), convert_training=rows)

    dl4j.save(model, tmp_path / "modern.zip")

    answer = oracle.ask(tmp_path / "modern.zip", [([case.array("input0")], [case.array("label0")])], tmp_path / "asked", steps=1)
    assert_close(answer["params_after"][0], case.array("params_after")[0], 1e-10, "first step")
