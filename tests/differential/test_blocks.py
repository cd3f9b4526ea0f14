"""DL4J trains a network of blocks as netspec does; it comes back with its layers written out."""

import numpy as np
import pytest
from conformance.check import assert_close

from netspec import build
from netspec.errors import DataError
from netspec.interop import dl4j

RANDOM = np.random.default_rng(0)
FEATURES, LABELS = RANDOM.normal(size=(6, 4)), RANDOM.normal(size=(6, 2))


def spec(**words):
    down = {"type": "residual", "layers": [{"type": "dense", "n_out": 3}], "shortcut": [{"type": "dense", "n_out": 3, "activation": "identity"}]}
    tower = {"type": "repeat", "times": 2, "layers": [{"type": "residual", "layers": [{"type": "dense", "n_out": 4}], **words}]}
    shared = {"seed": 3, "input": 4, "data_type": "float64", "activation": "tanh", "l2": 0.1, "updater": "nesterovs", "learning_rate": 0.02}
    return shared | {"layers": [tower, down, {"type": "output", "n_out": 2, "loss": "mse"}]}


def test_dl4j_trains_exported_blocks_as_netspec_does(oracle, tmp_path):
    model = build(spec())
    dl4j.save(model, tmp_path / "model.zip")

    answer = oracle.ask(tmp_path / "model.zip", [([FEATURES], [LABELS])], tmp_path, steps=3)

    assert_close(model.predict(FEATURES).numpy(), answer["output0_0"], 1e-12, "output")
    for number in range(3):
        assert_close(model.step((FEATURES, LABELS)), answer["score_of_step"][number], 1e-10, f"score of step {number}")
        assert_close(dl4j.flat_parameters(model), answer["params_after"][number], 1e-10, f"parameters after step {number}")


def test_exported_blocks_come_back_as_their_layers(tmp_path):
    model = build(spec())
    dl4j.save(model, tmp_path / "model.zip")

    again = dl4j.load(tmp_path / "model.zip")

    assert [node.layer.type for node in again.plan.nodes] == ["dense", "add", "dense", "add", "dense", "dense", "add", "output"]
    np.testing.assert_allclose(again.predict(FEATURES), model.predict(FEATURES), rtol=1e-12)


def test_an_activation_behind_the_sum_is_refused_with_what_to_write_instead(tmp_path):
    with pytest.raises(DataError, match=r"layers\.0\.layers\.0 \(repeat_1-1-residual_1\).* activation must be left out to be exported: a vertex has none"):
        dl4j.save(build(spec(activation="relu")), tmp_path / "model.zip")
