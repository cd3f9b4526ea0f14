"""What an export says of single words, so that DL4J trains as netspec does; what DL4J would take otherwise is refused."""

import re
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conformance.check import assert_close
from differential.agreement import there, with_mistakes
from differential.drawn.data import batch_for

from netspec import build
from netspec.errors import DataError
from netspec.interop import dl4j

STEPS, EXAMPLES = 3, 5
SEQUENCE = {"type": "recurrent", "size": 4, "length": 6}
ADAM = {"type": "adam", "learning_rate": 0.02}
OUTPUT = {"type": "output", "n_out": 2, "loss": "mse", "activation": "identity"}
LOSS = {"type": "loss", "loss": "mse", "activation": "identity"}
DENSE = {"type": "dense", "n_out": 3, "activation": "tanh"}
LSTM = {"type": "lstm", "n_out": 3, "activation": "tanh"}
CONV = {"type": "conv", "n_out": 3, "kernel": 2, "activation": "tanh"}
CODE = {"type": "variational_autoencoder", "n_out": 2, "encoder": 3, "decoder": 3, "reconstruction": {"type": "gaussian"}, "activation": "tanh"}
ATTENTION = {"type": "attention", "n_out": 4, "heads": 2, "input": ["l0", "l0"]}


def spec(shape: Any, *layers: dict[str, Any], **more: Any) -> dict[str, Any]:
    named = [layer | {"name": f"l{number}"} for number, layer in enumerate(layers)]
    return {"seed": 7, "data_type": "float64", "input": shape, "updater": {"type": "sgd", "learning_rate": 0.05}} | more | {"layers": named}


DEAD = {"type": "dense", "n_out": 2, "activation": "relu", "bias_init": -9.0}
ALIKE = {
    "relu of exactly 0": spec(4, DEAD, {"type": "dense", "n_out": 2, "activation": "relu"}, OUTPUT),
    "what only pre-training moves, in the state": spec(4, CODE, {"type": "autoencoder", "n_out": 2, "activation": "tanh"}, OUTPUT, updater=ADAM),
    "a history that begins above 0": spec(4, CODE, OUTPUT, updater={"type": "rmsprop", "learning_rate": 0.02}),
    "products of steps": spec(SEQUENCE, LSTM, {"type": "elementwise_multiplication", "activation": "tanh"}, LSTM, {"type": "cropping", "cropping": 1}, OUTPUT),
    "softmax of places": spec(SEQUENCE, {"type": "locally_connected", "n_out": 3, "kernel": 2, "activation": "dl4j_softmax"}, OUTPUT),
    "constraints of both kernels": spec(
        "2x5x5", {"type": "separable", "n_out": 3, "depth_multiplier": 2, "kernel": 2, "activation": "tanh", "constraints": "non_negative"}, LOSS
    ),
    "constraints of projections": spec(SEQUENCE, {"type": "self_attention", "n_out": 4, "constraints": "non_negative"}, OUTPUT),
    "clipping of a vertex": spec(SEQUENCE, LSTM, ATTENTION | {"gradient_normalization": {"type": "clip_l2_per_param_type", "threshold": 1e-3}}, OUTPUT),
    "a schedule of adagrad": spec(4, DENSE, OUTPUT, updater={"type": "adagrad", "learning_rate": {"type": "step", "initial": 0.1, "decay": 0.5, "every": 1}}),
}


@pytest.mark.parametrize("said", ALIKE.values(), ids=ALIKE)
def test_dl4j_trains_an_export_as_netspec_does(oracle, tmp_path, said):
    model = with_mistakes(said)
    features, labels = batch_for(model.plan, EXAMPLES)
    dl4j.save(model, tmp_path / "model.zip")

    answer = oracle.ask(tmp_path / "model.zip", [([there(features)], [there(one) for one in labels.values()])], tmp_path, steps=STEPS)

    for number in range(STEPS):
        assert_close(model.step((features, next(iter(labels.values())))), answer["score_of_step"][number], 1e-10, f"score of step {number}")
        assert_close(dl4j.flat_parameters(model), answer["params_after"][number], 1e-10, f"parameters after step {number}")
    if "updater_state_after" in answer:
        assert_close(dl4j.updater_state(model), answer["updater_state_after"], 1e-10, "updater state")


def test_an_autoencoders_updater_state_comes_back(tmp_path):
    model = build(ALIKE["what only pre-training moves, in the state"])
    batch = batch_for(model.plan, EXAMPLES)[0], np.ones((EXAMPLES, 2))
    model.step(batch)
    dl4j.save(model, tmp_path / "model.zip")

    again = dl4j.load(tmp_path / "model.zip")

    assert [model.step(batch) for _ in range(2)] == pytest.approx([again.step(batch) for _ in range(2)], rel=1e-12)


NORM = {"constraints": {"type": "max_norm", "max": 0.5}}
REFUSED = [
    (spec("1x5x5", {"type": "separable", "n_out": 3, "kernel": 2, "activation": "tanh"}, LOSS), "type must be conv over an image of one channel"),
    (spec("2x5x5", CONV | {"activation": "softmax"}, LOSS), "activation must be dl4j_softmax, along the steps or the width"),
    (spec("2x5x5", CONV, {"type": "activation", "activation": "softmax"}, LOSS), "activation must be dl4j_softmax, along the steps or the width"),
    (spec(SEQUENCE, LSTM, DENSE | {"activation": "dl4j_softmax"}, OUTPUT), "activation must be softmax, along the features"),
    (spec(SEQUENCE, {"type": "locally_connected", "n_out": 3, "kernel": 2, "activation": "swish"}, OUTPUT), "activation must be one of cube, "),
    (
        spec("2x5x5", {"type": "depthwise", "depth_multiplier": 2, "kernel": 2, "activation": "tanh"} | NORM, LOSS),
        "constraints must be left out, or non_negative",
    ),
    (spec(1, {"type": "embedding", "vocabulary": 4, "n_out": 3} | NORM, OUTPUT), "constraints must be left out, or non_negative"),
    (spec("2x5x5", CONV | {"constraints": {"type": "unit_norm", "apply_to": "all"}}, LOSS), "constraints must be one for weights and one for biases"),
    (spec(SEQUENCE, LSTM, ATTENTION | {"constraints": "non_negative"}, OUTPUT), "constraints must be left out, as DL4J has no such word"),
    (spec(SEQUENCE, LSTM, ATTENTION | {"gradient_normalization": "renormalize_l2_per_layer"}, OUTPUT), "gradient_normalization must be one of none, "),
    (
        spec(SEQUENCE, {"type": "self_attention", "n_out": 4, "weight_noise": {"type": "drop_connect", "rate": 0.5}}, OUTPUT),
        "weight_noise must be left out, as DL4J has no such word",
    ),
    (spec(4, {"type": "center_loss_output", "n_out": 2, "loss": "mcxent", "bias_updater": ADAM}), "bias_updater must be left out: the updater moves b too"),
    (spec(4, DENSE | {"has_layer_norm": True, "l2": 0.1}, OUTPUT), "l2 must be left out with has_layer_norm: the gain is penalized too"),
]


@pytest.mark.parametrize(("said", "message"), REFUSED, ids=[message for _, message in REFUSED])
def test_what_dl4j_takes_otherwise_is_refused(tmp_path, said, message):
    with pytest.raises(DataError, match=re.escape(message)):
        dl4j.save(build(said), tmp_path / "model.zip")


def test_biases_of_an_imported_centre_loss_are_moved_by_its_updater(tmp_path):
    model = build(spec(4, {"type": "center_loss_output", "n_out": 2, "loss": "mcxent"}))
    dl4j.save(model, tmp_path / "model.zip")
    text = configuration(tmp_path / "model.zip")

    (tmp_path / "configuration.json").write_text(text.replace('"biasUpdater": null', '"biasUpdater": {"@class": "org.nd4j.linalg.learning.config.NoOp"}'))

    layer = dl4j.load(tmp_path / "configuration.json").plan.nodes[0].layer
    assert layer.bias_updater in (None, layer.updater)


def configuration(path: Path) -> str:
    with zipfile.ZipFile(path) as archive:
        return archive.read("configuration.json").decode()
