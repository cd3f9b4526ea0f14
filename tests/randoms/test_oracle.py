"""Whole trainings with noise and shuffled batches, beside DL4J itself, from nothing but the seed.

Configurations are written by hand here (dl4j.md: sections 2 and 3, D.5), so that nothing of netspec's own export is believed.
"""

import json
import zipfile
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from netspec import build, load
from netspec.datasets import Places
from netspec.model import Model

ROOT = Path(__file__).resolve().parents[2]
_LAYERS, _ND4J = "org.deeplearning4j.nn.conf.layers", "org.nd4j.linalg"
_NETWORK = {
    "backpropType": "Standard",
    "cacheMode": "NONE",
    "epochCount": 0,
    "inferenceWorkspaceMode": "ENABLED",
    "iterationCount": 0,
    "tbpttBackLength": 20,
    "tbpttFwdLength": 20,
    "trainingWorkspaceMode": "ENABLED",
    "validateOutputLayerConfig": True,
}


def named(package: str, name: str, **fields: Any) -> dict[str, Any]:
    """An object of a class of ND4J's."""
    return {"@class": f"{_ND4J}.{package}.{name}", **fields}


def layer(kind: str, name: str, sizes: tuple[int, int], activation: str, *, keep: float | None = None, **fields: Any) -> dict[str, Any]:
    """A dense layer, or one with the loss MCXENT; `keep` is the probability that its dropout keeps a value."""
    dropout = {"@class": "org.deeplearning4j.nn.conf.dropout.Dropout", "p": keep, "helperAllowFallback": True, "pschedule": None}
    loss = {"lossFn": named("lossfunctions.impl", "LossMCXENT", softmaxClipEps=1e-10)} if kind == "OutputLayer" else {"hasLayerNorm": False}
    return {
        "@class": f"{_LAYERS}.{kind}",
        "activationFn": named("activations.impl", f"Activation{activation}"),
        "biasInit": 0.0,
        "gainInit": 1.0,
        "gradientNormalization": "None",
        "gradientNormalizationThreshold": 1.0,
        "hasBias": True,
        "idropout": dropout if keep else None,
        "iupdater": named("learning.config", "Sgd", learningRate=0.1),
        "layerName": name,
        "nin": sizes[0],
        "nout": sizes[1],
        "regularization": [],
        "regularizationBias": [],
        "weightInitFn": {"@class": "org.deeplearning4j.nn.weights.WeightInitXavier"},
        **loss,
        **fields,
    }


def _conf(described: dict[str, Any] | None, seed: int, data_type: str, variables: list[str]) -> dict[str, Any]:
    return {
        "cacheMode": "NONE",
        "dataType": data_type,
        "epochCount": 0,
        "iterationCount": 0,
        "layer": described,
        "maxNumLineSearchIterations": 5,
        "miniBatch": True,
        "minimize": True,
        "optimizationAlgo": "STOCHASTIC_GRADIENT_DESCENT",
        "seed": seed,
        "variables": variables,
    }


def layer_list(layers: list[dict[str, Any]], seed: int, data_type: str) -> dict[str, Any]:
    """A MultiLayerConfiguration."""
    confs = [_conf(one, seed, data_type, ["W", "b"]) for one in layers]
    return {"confs": confs, "dataType": data_type, "inputPreProcessors": {}} | _NETWORK  # DL4J reads the layers before the counters


def graph(vertices: list[tuple[dict[str, Any], str]], outputs: list[str], seed: int, data_type: str) -> dict[str, Any]:
    """A ComputationGraphConfiguration with the input `in`: each layer with the name of what it takes."""

    def vertex(one: dict[str, Any]) -> dict[str, Any]:
        kind = "org.deeplearning4j.nn.conf.graph.LayerVertex"
        return {"@class": kind, "layerConf": _conf(one, seed, data_type, ["W", "b"]), "outputVertex": False, "preProcessor": None}

    names = [one["layerName"] for one, _ in vertices]
    return _NETWORK | {
        "dataType": data_type,
        "defaultConfiguration": _conf(None, seed, data_type, [f"{name}_{part}" for name in names for part in "Wb"]),
        "networkInputs": ["in"],
        "networkOutputs": outputs,
        "vertexInputs": {one["layerName"]: [taken] for one, taken in vertices},
        "vertices": {one["layerName"]: vertex(one) for one, _ in vertices},
    }


def flat(model: Model, layers: list[str]) -> np.ndarray:
    """The parameters in DL4J's order."""
    return np.concatenate([model.module.get_parameter(f"{name}.{part}").detach().numpy().ravel() for name in layers for part in ("weight", "bias")])


def saved(folder: Path, **arrays: np.ndarray) -> dict[str, str]:
    """Paths of arrays written for the oracle."""
    for name, values in arrays.items():
        np.save(folder / f"{name}.npy", values)
    return {name: str(folder / f"{name}.npy") for name in arrays}


def written(folder: Path, configuration: dict[str, Any]) -> str:
    (folder / "configuration.json").write_text(json.dumps(configuration))
    return str(folder / "configuration.json")


def test_mlp_single_layer_trains_as_dl4j_does_from_the_seed_alone(shared, oracle, tmp_path):
    """50 batches of 128 images: the same weights at the start, the same images, and the same weights at the end."""
    l2 = [named("learning.regularization", "L2Regularization", l2=named("schedule", "FixedSchedule", value=1e-4))]
    nesterovs = {"iupdater": named("learning.config", "Nesterovs", learningRate=0.006, momentum=0.9), "regularization": l2}
    layers = [layer("DenseLayer", "dense", (784, 1000), "ReLU", **nesterovs), layer("OutputLayer", "out", (1000, 10), "Softmax", **nesterovs)]
    conf = written(tmp_path, layer_list(layers, 123, "FLOAT"))
    spec = load(ROOT / "specs" / "mlp_single_layer.yaml", settings=["random=dl4j"])
    model = build(spec, device="cpu", places=Places(shared / "data", ROOT, download=False))
    rows, data = model._chance.order(0, 60000)[:6400], model.data().train
    examples = saved(tmp_path, inputs=data.features[rows].flatten(1).numpy() / np.float32(255), labels=np.eye(10, dtype=np.float32)[data.labels[rows]])

    zip_, names = str(tmp_path / "end.zip"), ["dense_1", "output_1"]
    oracle.request(conf=conf, fit=examples | {"batch": 128, "epochs": 1}, save=zip_)
    oracle.request(conf=conf, out=str(tmp_path / "start"))
    oracle.request(zip=zip_, out=str(tmp_path / "end"))
    start, end = (np.load(tmp_path / moment / "params.npy").ravel() for moment in ("start", "end"))

    ours = flat(model, names)
    assert (ours == start).mean() > 0.98
    np.testing.assert_allclose(ours, start, rtol=0, atol=np.finfo(np.float32).eps * np.abs(start).max())
    model.module.train()
    for features, labels, *_ in islice(model._own_batches(128).epoch(0), 50):
        model._training().step(features, labels)
    assert np.abs(end - start).max() > 0.05
    np.testing.assert_allclose(flat(model, names), end, rtol=0, atol=2e-7)


def test_masks_of_a_graph_are_drawn_in_dl4js_order(oracle, tmp_path):
    """Two branches, dropout in each layer but the first ones; the second branch is computed before the first one ends."""
    sizes = {"a1": (3, 4), "a2": (4, 5), "out_a": (5, 2), "b1": (3, 6), "b2": (6, 4), "out_b": (4, 3)}
    inputs = {"a1": "in", "a2": "a1", "out_a": "a2", "b1": "in", "b2": "b1", "out_b": "b2"}
    keep = {"a2": 0.7, "out_a": 0.6, "b1": 0.8, "b2": 0.5, "out_b": 0.9}

    def theirs(name: str) -> dict[str, Any]:
        kind, activation = ("OutputLayer", "Softmax") if name.startswith("out") else ("DenseLayer", "TanH")
        return layer(kind, name, sizes[name], activation, keep=keep.get(name))

    def ours(name: str) -> dict[str, Any]:
        kind = {"type": "output", "loss": "negative_log_likelihood"} if name.startswith("out") else {"type": "dense", "activation": "tanh"}
        return kind | {"name": name, "n_out": sizes[name][1], "input": inputs[name]} | ({"dropout": 1 - keep[name]} if name in keep else {})

    generator = np.random.default_rng(0)
    arrays = {"in": generator.normal(size=(6, 3)), "out_a": np.eye(2)[generator.integers(0, 2, 6)], "out_b": np.eye(3)[generator.integers(0, 3, 6)]}
    paths = saved(tmp_path, **arrays)
    conf = written(tmp_path, graph([(theirs(name), inputs[name]) for name in sizes], ["out_a", "out_b"], 123, "DOUBLE"))
    batch = {"inputs": [paths["in"]], "labels": [paths["out_a"], paths["out_b"]]}
    answer = oracle.request(conf=conf, batches=[batch], steps=3, out=str(tmp_path))
    spec = {"random": "dl4j", "seed": 123, "data_type": "float64", "updater": "sgd", "learning_rate": 0.1, "input": {"in": 3}}
    model, order = build(spec | {"layers": [ours(name) for name in sizes]}, device="cpu"), ["a1", "b1", "a2", "b2", "out_a", "out_b"]
    tensors = {name: torch.tensor(values) for name, values in arrays.items()}
    np.testing.assert_allclose(flat(model, order), np.load(tmp_path / "params.npy").ravel(), rtol=0, atol=1e-15)

    model.module.train()
    model.module(tensors["in"])  # the oracle computes a gradient, with masks, before it trains
    for score, after in zip(answer["score_of_step"], np.load(tmp_path / "params_after.npy"), strict=True):
        assert model.step(({"in": tensors["in"]}, {name: tensors[name] for name in ("out_a", "out_b")})) == pytest.approx(score, rel=1e-12)
        np.testing.assert_allclose(flat(model, order), after, rtol=0, atol=1e-14)


def test_a_convolution_disturbs_its_biases_before_its_weights(shared, oracle, tmp_path):
    """The network of a recorded case, with DropConnect on biases too instead of its dropout."""
    with zipfile.ZipFile(shared / "dl4j" / "conformance" / "dropout.zip") as archive:
        configuration = json.loads(archive.read("train_conv_spatial_dropout_0_6/case.json"))["configuration"]
    noise = {"@class": "org.deeplearning4j.nn.conf.weightnoise.DropConnect", "applyToBiases": True, "weightRetainProb": 0.7}
    for number, conf in enumerate(configuration["confs"]):
        conf["layer"] |= {"idropout": None, "biasInit": 0.3, "weightNoise": noise if number < 2 else None}
    generator = np.random.default_rng(0)
    inputs, labels = generator.normal(size=(3, 2, 4, 4)), np.eye(2)[generator.integers(0, 2, 3)]
    paths, zip_ = saved(tmp_path, inputs=inputs, labels=labels), str(tmp_path / "end.zip")
    oracle.request(conf=written(tmp_path, configuration), fit=paths | {"batch": 3, "epochs": 1}, save=zip_)
    oracle.request(zip=zip_, out=str(tmp_path))
    conv = {"type": "conv", "kernel": 2, "activation": "tanh", "weight_noise": {"type": "drop_connect", "rate": 0.3, "apply_to_biases": True}}
    layers = [conv | {"n_out": 3}, conv | {"n_out": 2}, {"type": "output", "n_out": 2, "loss": "negative_log_likelihood"}]
    spec = {"random": "dl4j", "seed": 123, "data_type": "float64", "bias_init": 0.3, "updater": "sgd", "learning_rate": 0.1, "input": "2x4x4"}
    model = build(spec | {"layers": layers}, device="cpu")
    model.step((torch.tensor(inputs), torch.tensor(labels)))

    order = ["conv_1.bias", "conv_1.weight", "conv_2.bias", "conv_2.weight", "output_1.weight", "output_1.bias"]
    ours = np.concatenate([model.module.get_parameter(name).detach().numpy().ravel() for name in order])
    np.testing.assert_allclose(ours, np.load(tmp_path / "params.npy").ravel(), rtol=0, atol=1e-14)
