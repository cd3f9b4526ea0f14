"""Recurrent layers go to DL4J's form and come back: classes, names, numbers."""

import json
from zipfile import ZipFile

import numpy as np
import pytest
import torch

from netspec import build
from netspec.errors import DataError
from netspec.interop import dl4j
from netspec.interop.dl4j.said import Unspoken

F, T = 3, 5
OUTPUT = {"type": "output", "n_out": 2, "loss": "mse", "activation": "identity"}


def model(*layers):
    built = build({"input": {"type": "recurrent", "size": F}, "seed": 3, "data_type": "float64", "updater": "adam", "layers": list(layers)})
    built.step((steps(), torch.zeros(4, T, 2) if str(built.plan.nodes[-1].output).startswith("T") else torch.zeros(4, 2)))
    return built


def steps():
    return torch.randn((4, T, F), dtype=torch.float64, generator=torch.Generator().manual_seed(0))


def configuration(path):
    with ZipFile(path) as file:
        return json.loads(file.read("configuration.json"))


def simple(java):
    return java.rsplit(".", 1)[-1]


LSTM = {"type": "lstm", "n_out": 4}
CASES = [
    (LSTM, "LSTM", ["W", "RW", "b"]),
    ({"type": "graves_lstm", "n_out": 4, "gate_activation": "hardsigmoid"}, "GravesLSTM", ["W", "RW", "b"]),
    ({"type": "graves_bidirectional_lstm", "n_out": 4}, "GravesBidirectionalLSTM", ["WF", "RWF", "bF", "WB", "RWB", "bB"]),
    ({"type": "simple_rnn", "n_out": 4, "recurrent_weight_init": "identity"}, "SimpleRnn", ["W", "RW", "b"]),
    ({"type": "bidirectional", "layer": LSTM, "mode": "average"}, "Bidirectional", ["fW", "fRW", "fb", "bW", "bRW", "bb"]),
    ({"type": "mask_zero", "layer": {"type": "bidirectional", "layer": LSTM}, "value": -1.0}, "MaskZeroLayer", ["fW", "fRW", "fb", "bW", "bRW", "bb"]),
    ({"type": "time_distributed", "layer": {"type": "dense", "n_out": 4, "activation": "tanh"}}, "TimeDistributed", ["W", "b"]),
]


@pytest.mark.parametrize(("layer", "java", "variables"), CASES, ids=[java for _, java, _ in CASES])
def test_an_exported_layer_comes_back_with_its_numbers_and_words(layer, java, variables, tmp_path):
    ours = model(layer, OUTPUT)
    dl4j.save(ours, tmp_path / "model.zip")

    conf = configuration(tmp_path / "model.zip")["confs"][0]
    theirs = dl4j.load(tmp_path / "model.zip")

    assert simple(conf["layer"]["@class"]) == java
    assert conf["variables"] == variables
    np.testing.assert_array_equal(dl4j.flat_parameters(theirs), dl4j.flat_parameters(ours))
    np.testing.assert_array_equal(dl4j.updater_state(theirs), dl4j.updater_state(ours))
    torch.testing.assert_close(theirs.predict(steps()), ours.predict(steps()))
    before, after = (one.plan.nodes[0].layer for one in (ours, theirs))
    same = ("type", "mode", "value", "n_out", "activation", "gate_activation", "forget_gate_bias", "recurrent_weight_init")
    assert {word: getattr(before, word, None) for word in same} == {word: getattr(after, word, None) for word in same}


@pytest.mark.parametrize("layer", [LSTM, {"type": "bidirectional", "layer": LSTM}, {"type": "simple_rnn", "n_out": 4}])
def test_a_last_step_behind_a_recurrent_layer_is_one_layer_there_and_two_here(layer, tmp_path):
    ours = model(layer | {"name": "read"}, {"type": "last_time_step", "name": "last"}, OUTPUT)
    dl4j.save(ours, tmp_path / "model.zip")

    written = configuration(tmp_path / "model.zip")
    theirs = dl4j.load(tmp_path / "model.zip")
    dl4j.save(theirs, tmp_path / "again.zip")

    assert [simple(conf["layer"]["@class"]) for conf in written["confs"]] == ["LastTimeStep", "OutputLayer"]
    assert [node.layer.type for node in theirs.plan.nodes] == [layer["type"], "last_time_step", "output"]
    assert configuration(tmp_path / "again.zip") == written
    torch.testing.assert_close(theirs.predict(steps()), ours.predict(steps()))


@pytest.mark.parametrize("l2", [0, 0.5])
def test_a_frozen_layer_inside_wrappers_is_moved_by_nothing_there(l2, tmp_path):
    frozen = {"type": "bidirectional", "layer": LSTM | {"l2": l2}, "frozen": True}
    ours = model(LSTM, frozen, {"type": "last_time_step"}, OUTPUT)
    dl4j.save(ours, tmp_path / "model.zip")

    outside = configuration(tmp_path / "model.zip")["confs"][1]["layer"]
    inside = outside["underlying"]["underlying"]
    assert [simple(one["@class"]) for one in (outside, outside["underlying"], inside)] == ["FrozenLayerWithBackprop", "LastTimeStep", "Bidirectional"]
    assert all(simple(inside[way]["iupdater"]["@class"]) == "NoOp" and inside[way]["regularization"] == [] for way in ("fwd", "bwd"))
    assert [node.layer.frozen for node in dl4j.load(tmp_path / "model.zip").plan.nodes] == [None, True, True, None]


def test_a_last_step_that_others_share_the_sequence_with_is_a_vertex(tmp_path):
    ours = build(
        {"input": {"type": "recurrent", "size": F}, "seed": 3, "data_type": "float64"}
        | {
            "layers": [
                LSTM | {"name": "read"},
                {"type": "last_time_step", "name": "last"},
                OUTPUT | {"name": "end"},
                OUTPUT | {"input": "read", "name": "each"},
            ]
        }
    )
    dl4j.save(ours, tmp_path / "model.zip")

    vertices = configuration(tmp_path / "model.zip")["vertices"]
    assert simple(vertices["last"]["@class"]) == "LastTimeStepVertex"
    assert simple(vertices["read"]["layerConf"]["layer"]["@class"]) == "LSTM"
    predicted = [one.predict(steps()) for one in (ours, dl4j.load(tmp_path / "model.zip"))]
    for name in ("end", "each"):
        torch.testing.assert_close(predicted[0][name], predicted[1][name])


FILM = {"type": "time_distributed", "to": "1x2x2", "layer": {"type": "conv", "n_out": 2, "kernel": 1, "activation": "tanh"}}


@pytest.mark.parametrize("ends", [[{"type": "last_time_step"}], [{"type": "add", "input": ["lstm_1", "dense_1"]}], [FILM]])
def test_a_vertex_that_needs_steps_is_given_no_rows(ends, tmp_path):
    dense = {"type": "dense", "n_out": 4, "activation": "tanh"}
    rows = build({"input": {"type": "recurrent", "size": F}, "layers": [LSTM | {"name": "lstm_1"}, dense | {"name": "dense_1"}, *ends, OUTPUT]})
    step = {"type": "time_distributed", "layer": dense, "name": "dense_1"}
    steps_ = build({"input": {"type": "recurrent", "size": F}, "layers": [LSTM | {"name": "lstm_1"}, step, *ends, OUTPUT]})

    with pytest.raises(DataError, match="must take steps of a sequence"):
        dl4j.save(rows, tmp_path / "rows.zip")
    dl4j.save(steps_, tmp_path / "steps.zip")


def test_a_film_is_taken_apart_and_put_together_there(tmp_path):
    image = {"type": "conv", "n_out": 2, "kernel": 2, "activation": "tanh"}
    layers = [
        {"type": "time_distributed", "to": "1x3x4", "layer": image},
        {"type": "time_distributed", "to": "2x2x3", "layer": {"type": "subsampling", "kernel": [2, 1]}},
        {"type": "time_distributed", "layer": {"type": "dense", "n_out": 12, "activation": "tanh"}},
        {"type": "time_distributed", "to": "3x2x2", "layer": image, "name": "again"},
        LSTM,
        OUTPUT,
    ]
    ours = build({"input": {"type": "recurrent", "size": 12}, "seed": 3, "data_type": "float64", "layers": layers})
    film = torch.randn((4, T, 12), dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    dl4j.save(ours, tmp_path / "model.zip")

    between = configuration(tmp_path / "model.zip")["inputPreProcessors"]
    theirs = dl4j.load(tmp_path / "model.zip")

    names = {index: simple(one["@class"]).removesuffix("PreProcessor") for index, one in between.items()}
    assert names == {"0": "RnnToCnn", "2": "CnnToRnn", "3": "RnnToCnn", "4": "CnnToRnn"}
    torch.testing.assert_close(theirs.predict(film), ours.predict(film))


def test_an_image_of_another_shape_than_the_one_before_makes_is_refused(tmp_path):
    image = {"type": "conv", "n_out": 2, "kernel": 1, "activation": "tanh"}
    steps_ = [{"type": "time_distributed", "to": to, "layer": image} for to in ("1x3x4", "2x4x3")]
    ours = build({"input": {"type": "recurrent", "size": 12}, "layers": [*steps_, OUTPUT]})

    with pytest.raises(DataError, match="must take each step for 2x3x4, the image that time_distributed_1 makes, as DL4J does, got 2x4x3"):
        dl4j.save(ours, tmp_path / "model.zip")


def test_pooling_behind_a_dense_layer_is_given_steps_again(tmp_path):
    dense = {"type": "dense", "n_out": 4, "activation": "tanh"}
    dl4j.save(model(LSTM, dense, {"type": "global_pooling"}, OUTPUT), tmp_path / "model.zip")

    between = configuration(tmp_path / "model.zip")["inputPreProcessors"]
    assert {index: simple(one["@class"]) for index, one in between.items()} == {"1": "RnnToFeedForwardPreProcessor", "2": "FeedForwardToRnnPreProcessor"}


@pytest.mark.parametrize(
    ("apply_to", "params"),
    [("weights", ["W", "RW"]), ("recurrent_weights", ["RW"]), ("input_weights", ["W"]), ("biases", ["b"]), ("all", ["W", "RW", "b"])],
)
def test_a_constraint_names_what_it_holds_for_in_both_forms(apply_to, params, tmp_path):
    ours = model(LSTM | {"constraints": {"type": "max_norm", "max": 0.5, "apply_to": apply_to}}, OUTPUT)
    dl4j.save(ours, tmp_path / "model.zip")

    assert configuration(tmp_path / "model.zip")["confs"][0]["layer"]["constraints"][0]["params"] == params
    assert dl4j.load(tmp_path / "model.zip").plan.nodes[0].layer.constraints == ours.plan.nodes[0].layer.constraints


def test_what_masks_do_in_dl4j_stands_in_the_imported_spec(tmp_path):
    kinds = [LSTM, {"type": "simple_rnn", "n_out": 4}, {"type": "graves_bidirectional_lstm", "n_out": 4}, {"type": "bidirectional", "layer": LSTM}]
    dl4j.save(model(*kinds, OUTPUT), tmp_path / "model.zip")

    layers = [node.layer for node in dl4j.load(tmp_path / "model.zip").plan.nodes[:4]]

    assert [layer.weighted.masking for layer in layers] == ["ignore", "reset", "reset", "ignore"]


@pytest.mark.parametrize(
    ("layer", "message"),
    [({"type": "gru", "n_out": 4}, r"must be a layer that DL4J has, got gru"), ({"type": "bidirectional", "layer": {"type": "gru", "n_out": 4}}, "gru")],
)
def test_a_layer_that_dl4j_has_no_longer_is_refused(layer, message, tmp_path):
    with pytest.raises(DataError, match=message):
        dl4j.save(model(layer, OUTPUT), tmp_path / "model.zip")


def test_two_different_directions_are_refused(tmp_path):
    dl4j.save(model({"type": "bidirectional", "layer": LSTM}, OUTPUT), tmp_path / "model.zip")
    values = configuration(tmp_path / "model.zip")
    values["confs"][0]["layer"]["bwd"]["forgetGateBiasInit"] = 5.0
    (tmp_path / "other.json").write_text(json.dumps(values))

    with pytest.raises(Unspoken, match="two different layers"):
        dl4j.load(tmp_path / "other.json")
