"""Noise while training, against DL4J's recorded trainings: the masks follow the weights in one stream."""

import io
import json
from typing import Any
from zipfile import ZipFile

import numpy as np
import pytest
import torch

from netspec import build
from netspec.model import Model


def dense(dropout: object = None, n_out: int = 4) -> dict[str, Any]:
    return {"type": "dense", "n_out": n_out, "activation": "tanh"} | ({"dropout": dropout} if dropout else {})


def output(dropout: object = None) -> dict[str, Any]:
    return {"type": "output", "n_out": 2, "loss": "negative_log_likelihood"} | ({"dropout": dropout} if dropout else {})


CONV = {"type": "conv", "n_out": 3, "kernel": 2, "activation": "tanh"}
STEP = {"type": "complement", "of": {"type": "step", "initial": 0.9, "decay": 0.5, "every": 1}}
ALPHA, ADDED = {"type": "alpha", "rate": 0.3}, {"type": "gaussian_noise", "std": 0.2}
CONNECT = {"type": "drop_connect", "rate": 0.3, "apply_to_biases": True}
DISTURB = {"type": "weight_noise", "distribution": {"type": "uniform", "low": -0.5, "high": 0.5}, "apply_to_biases": True}
CASES: dict[str, tuple[Any, list[dict[str, Any]]]] = {
    "train_dropout_0_8": (3, [dense(), dense(0.2, 3), output(0.2)]),
    "train_alpha_dropout_0_7": (3, [dense(), dense(ALPHA, 3), output(ALPHA)]),
    "train_gaussian_noise_0_2": (3, [dense(), dense(ADDED, 3), output(ADDED)]),
    "train_dropout_schedule": (3, [dense(), dense({"type": "dropout", "rate": STEP}, 3), output({"type": "dropout", "rate": STEP})]),
    "train_dropout_layer": (3, [dense(), {"type": "dropout", "rate": 0.5}, output()]),
    "train_conv_spatial_dropout_0_6": ("2x4x4", [CONV, CONV | {"n_out": 2, "dropout": {"type": "spatial", "rate": 0.4}}, output()]),
    "train_drop_connect_0_7_biases": (3, [layer | {"weight_noise": CONNECT, "bias_init": 0.3} for layer in (dense(), output())]),
    "train_weight_noise_bias_uniform": (3, [layer | {"weight_noise": DISTURB, "bias_init": 0.3} for layer in (dense(), output())]),
}


@pytest.fixture(scope="module")
def archive(shared):
    with ZipFile(shared / "dl4j" / "conformance" / "dropout.zip") as opened:
        yield opened


def flat(model: Model) -> np.ndarray:
    """The parameters in DL4J's order: weights before biases, biases first in convolutions."""
    state = model.module.state_dict()
    names = [f"{layer}.{part}" for layer in dict.fromkeys(name.split(".")[0] for name in state) for part in order_of(layer)]
    return np.concatenate([state[name].numpy().ravel() for name in names])


def order_of(layer: str) -> tuple[str, str]:
    return ("bias", "weight") if layer.startswith("conv") else ("weight", "bias")


@pytest.mark.parametrize("case", CASES)
def test_a_training_with_noise_is_dl4js_step_by_step(archive, case):
    def array(name: str) -> np.ndarray:
        return np.load(io.BytesIO(archive.read(f"{case}/{name}.npy")))

    about = json.loads(archive.read(f"{case}/case.json"))
    batches = sum(name.startswith(f"{case}/input") for name in archive.namelist())
    input_, layers = CASES[case]
    spec = {"random": "dl4j", "seed": 123, "data_type": "float64", "updater": "sgd", "learning_rate": 0.1, "input": input_, "layers": layers}
    model = build(spec, device="cpu")
    np.testing.assert_allclose(flat(model), array("params").ravel(), atol=1e-15)

    for step, (score, after) in enumerate(zip(about["score_of_step"], array("params_after"), strict=True)):
        batch = torch.tensor(array(f"input{step % batches}")), torch.tensor(array(f"label{step % batches}"))
        assert model.step(batch) == pytest.approx(score, rel=1e-12)
        np.testing.assert_allclose(flat(model), after, atol=1e-14)

    if "weight_noise" not in layers[0]:  # DL4J draws noise for biases in its test mode too, which was recorded before this
        np.testing.assert_array_equal(model._chance.numbers.uniform(3, np.float64), about["rand_3_after"])


def test_predicting_draws_nothing():
    spec = {"random": "dl4j", "seed": 123, "dropout": 0.5, "input": 3, "layers": [dense(), output()]}
    model = build(spec, device="cpu")
    before = model._chance.state()["dl4j"]
    model.predict(torch.ones(4, 3))

    assert torch.equal(model._chance.state()["dl4j"], before)
