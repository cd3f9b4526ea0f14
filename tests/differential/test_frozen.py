"""`frozen: true` as DL4J trains it, in whichever wrapper the export chooses, and back."""

import json
import zipfile

import numpy as np
import pytest
from conformance.cases import Case
from conformance.check import assert_close

from netspec import build
from netspec.interop import dl4j

RANDOM = np.random.default_rng(0)
FEATURES, LABELS = RANDOM.normal(size=(6, 4)), np.eye(2)[[0, 1, 1, 0, 1, 0]]
NOISY = {"type": "dense", "n_out": 5, "frozen": True, "dropout": 0.5, "constraints": "unit_norm"}
PLAIN = {"type": "dense", "n_out": 3}
OUTPUT = {"type": "output", "n_out": 2, "loss": "negative_log_likelihood"}


def spec(*layers, **more):
    shared = {"seed": 3, "input": 4, "data_type": "float64", "activation": "tanh", "l2": 0.1, "weight_decay": 0.05}
    shared |= {"updater": "nesterovs", "learning_rate": 0.02, "momentum": 0.9}
    return shared | more | {"layers": list(layers)}


def exported(model, path):
    dl4j.save(model, path)
    with zipfile.ZipFile(path) as archive:
        return json.loads(archive.read("configuration.json"))


@pytest.mark.parametrize(
    ("layers", "wrappers"),
    [
        ((NOISY, PLAIN, OUTPUT), ["FrozenLayer", "DenseLayer", "OutputLayer"]),
        ((NOISY, {"type": "activation", "frozen": True}, NOISY, OUTPUT), ["FrozenLayer", "FrozenLayer", "FrozenLayer", "OutputLayer"]),
        ((PLAIN, NOISY, OUTPUT), ["DenseLayer", "FrozenLayerWithBackprop", "OutputLayer"]),
        (
            (PLAIN, NOISY, PLAIN | {"updater": {"type": "rmsprop", "learning_rate": 0.01}}, OUTPUT),
            ["DenseLayer", "FrozenLayerWithBackprop", "DenseLayer", "OutputLayer"],
        ),
        (({"type": "batch_norm", "frozen": True}, NOISY, PLAIN, OUTPUT), ["FrozenLayer", "FrozenLayer", "DenseLayer", "OutputLayer"]),
    ],
    ids=["first", "three", "behind a trained layer", "between updaters", "statistics"],
)
def test_dl4j_trains_around_what_is_frozen_as_netspec_does(oracle, tmp_path, layers, wrappers):
    model = build(spec(*layers))
    configuration = exported(model, tmp_path / "model.zip")

    answer = oracle.ask(tmp_path / "model.zip", [([FEATURES], [LABELS])], tmp_path, steps=3)

    assert [conf["layer"]["@class"].rsplit(".", 1)[-1] for conf in configuration["confs"]] == wrappers
    assert_close(model.predict(FEATURES).numpy(), answer["output0_0"], 1e-12, "output")
    for number in range(3):
        assert_close(model.step((FEATURES, LABELS)), answer["score_of_step"][number], 1e-10, f"score of step {number}")
        assert_close(dl4j.flat_parameters(model), answer["params_after"][number], 1e-10, f"parameters after step {number}")


def test_what_is_frozen_comes_back_frozen(tmp_path):
    model = build(spec(NOISY, PLAIN, NOISY, OUTPUT))
    model.step((FEATURES, LABELS))
    dl4j.save(model, tmp_path / "model.zip")

    again = dl4j.load(tmp_path / "model.zip")

    assert [bool(node.layer.frozen) for node in again.plan.nodes] == [True, False, True, False]
    assert [model.step((FEATURES, LABELS)) for _ in range(2)] == pytest.approx([again.step((FEATURES, LABELS)) for _ in range(2)], rel=1e-12)


@pytest.mark.parametrize(
    ("case", "identity"),
    [
        ("frozen_layer", "frozen-layer-stale-updates"),
        ("graph_frozen_layer_with_backprop", "frozen-with-backprop-decays"),
        ("transfer_feature_extractor_two", None),
    ],
)
def test_the_report_tells_where_dl4j_trains_it_otherwise(shared, tmp_path, case, identity):
    (tmp_path / "model.zip").write_bytes(Case.of(f"training_forms/{case}").read("before.zip"))

    found = {note.mistake for note in dl4j.load(tmp_path / "model.zip").report.notes if note.kind == "mistake"}

    assert ({note for note in found if "frozen" in note} - {"frozen-slots"}) == ({identity} if identity else set())


def test_slots_of_frozen_layers_in_the_state_are_dropped(shared, tmp_path):
    """DL4J's updater moves what its FrozenLayerWithBackprop holds, and so keeps a state for it."""
    (tmp_path / "model.zip").write_bytes(Case.of("training_forms/graph_frozen_layer_with_backprop").read("before.zip"))

    model = dl4j.load(tmp_path / "model.zip")

    assert "frozen-slots" in {note.mistake for note in model.report.notes}
    assert "middle.weight" not in {name for group in model.optimizer.param_groups for name in group["names"]}
