"""Older releases: the weights of a network of theirs, from its seed."""

import io
import json
from collections.abc import Iterator
from typing import Any
from zipfile import ZipFile

import numpy as np
import pytest
import torch

from netspec import build
from netspec.errors import SpecError
from netspec.generators.dl4j import GENERATORS, Dl4jChance
from netspec.randoms.dl4j import Dl4j, Era
from netspec.read import plan_of

RELEASES = {
    "0.5.0": "0.6.0",
    "0.6.0": "0.6.0",
    "0.7.2": "0.9.1",
    "0.8.0": "0.9.1",
    "0.9.1": "0.9.1",
    "1.0.0-alpha": "1.0.0-beta",
    "1.0.0-beta": "1.0.0-beta",
    "1.0.0-beta2": "1.0.0-beta2",
    "1.0.0-beta3": "1.0.0-beta3",
    "1.0.0-beta4": "1.0.0-beta7",
    "1.0.0-beta6": "1.0.0-beta7",
    "1.0.0-beta7": "1.0.0-beta7",
    "1.0.0-M1.1": "1.0.0-M2.1",
}
"""Recorded releases, and the era each belongs to."""


def weight_init(era: str, layer: dict[str, Any], fan_in: int, fan_out: int) -> object:
    """A layer's weight initialisation in netspec's words; 0.5 and 0.6 mean other distributions by some of the names (dl4j.md, 4.5)."""
    said = layer.get("weightInit") or layer["weightInitFn"]["@class"].rsplit(".WeightInit", 1)[1]
    old = era == "0.6.0"
    return {
        "XAVIER": {"type": "normal", "std": (fan_in + fan_out) ** -0.5} if old else "xavier",
        "RELU": "relu",
        "UNIFORM": {"type": "uniform", "low": -1 / fan_in, "high": 1 / fan_in} if old else {"type": "uniform", "low": -(fan_in**-0.5), "high": fan_in**-0.5},
        "RELUUNIFORM": "relu_uniform",
        "XAVIERUNIFORM": "xavier_uniform",
    }.get(said.replace("_", "").upper())


def described(confs: list[dict[str, Any]]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each layer's kind and fields; older files say the kind as a key, later ones as a class."""
    for conf in confs:
        layer = conf["layer"]
        kind, fields = (layer["@class"].rsplit(".", 1)[1], layer) if "@class" in layer else next(iter(layer.items()))
        yield kind.removesuffix("Layer").lower(), {name.lower() if name in ("nIn", "nOut") else name: value for name, value in fields.items()}


def networks(shared, release: str) -> Iterator[tuple[str, dict[str, Any], np.ndarray]]:
    """Recorded lists of dense layers that begin as their seed says, as specs without a seed's source, with their parameters."""
    with ZipFile(shared / "dl4j" / "conformance" / f"era-{release}.zip") as archive:
        for name in archive.namelist():
            if not name.endswith("/before.zip") or name.replace("before.zip", "params.npy") not in archive.namelist():
                continue
            with ZipFile(io.BytesIO(archive.read(name))) as model:
                configuration = json.loads(model.read("configuration.json"))
            params = np.load(io.BytesIO(archive.read(name.replace("before.zip", "params.npy")))).ravel()
            if spec := spec_of(RELEASES[release], configuration, params):
                yield name, spec, params


def spec_of(era: str, configuration: dict[str, Any], params: np.ndarray) -> dict[str, Any] | None:
    layers = list(described(configuration.get("confs", [])))
    kinds = [kind for kind, _ in layers]
    if set(kinds) != {"dense", "output"} or kinds.index("output") != len(kinds) - 1:
        return None
    found = [weight_init(era, layer, layer["nin"], layer["nout"]) for _, layer in layers]
    if None in found or len(params) != sum((layer["nin"] + 1) * layer["nout"] for _, layer in layers):
        return None
    dense = [
        {"type": "dense", "activation": "tanh", "n_out": layer["nout"], "weight_init": init} for (_, layer), init in zip(layers[:-1], found[:-1], strict=True)
    ]
    last = {"type": "output", "loss": "mse", "n_out": layers[-1][1]["nout"], "weight_init": found[-1]}
    return {"seed": configuration["confs"][0]["seed"], "input": layers[0][1]["nin"], "layers": [*dense, last]}


@pytest.mark.parametrize("release", RELEASES)
def test_weights_of_an_older_release_follow_from_its_seed(shared, release):
    matrices = 0
    for name, spec, params in networks(shared, release):
        double = not np.array_equal(params, params.astype(np.float32))
        random = {"type": "dl4j", "era": RELEASES[release]}
        model = build(spec | {"data_type": "float64" if double else "float32", "random": random}, device="cpu")
        ours, start = list(model.module.parameters()), 0
        for parameter in ours:
            theirs, start = params[start : start + parameter.numel()], start + parameter.numel()
            if parameter.dim() == 2:
                atol = (1e-15 if double else 5e-7) * max(1, np.abs(theirs).max())
                np.testing.assert_allclose(parameter.detach().numpy().ravel(), theirs, rtol=0, atol=atol, err_msg=name)
                matrices += 1

    assert matrices > 10


@pytest.mark.parametrize("era", GENERATORS)
def test_a_stream_goes_on_from_its_state(era):
    chance, other = Dl4jChance(123, 0, era), Dl4jChance(7, 0, era)
    for count in (3, 4):
        chance.numbers.normal(count, np.float64)
    other.set_state(chance.state())

    for _ in range(2):
        np.testing.assert_array_equal(other.numbers.normal(5, np.float64), chance.numbers.normal(5, np.float64))
        np.testing.assert_array_equal(other.numbers.uniform(3, np.float32), chance.numbers.uniform(3, np.float32))
    assert chance.state()["dl4j"].dtype == torch.int64


def test_every_era_has_its_generator():
    assert set(GENERATORS) == set(Era.__args__)
    assert Dl4j().era == "1.0.0-M2.1"


def test_masks_of_the_first_releases_are_refused():
    layers = [{"type": "dense", "n_out": 3, "activation": "relu"}, {"type": "output", "n_out": 2, "loss": "mse", "dropout": 0.5}]
    with pytest.raises(SpecError, match=r"layers\.1\.dropout must be a noise that DL4J draws with random: dl4j"):
        plan_of({"random": {"type": "dl4j", "era": "0.6.0"}, "seed": 1, "input": 3, "layers": layers})
