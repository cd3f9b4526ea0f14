"""Initial weights from a seed, against those that DL4J 1.0.0-M2.1 recorded."""

import json
from typing import Any
from zipfile import ZipFile

import numpy as np
import pytest
import torch

from netspec import build
from netspec.generators import Fresh
from netspec.generators._counter import Counter
from netspec.generators.dl4j import Dl4jChance, drawn
from netspec.initializers import Distribution, Fans, Initializer

DENSE = {"type": "dense", "n_out": 5, "activation": "tanh"}
CONV = {"type": "conv", "n_out": 3, "kernel": [3, 2], "stride": [2, 1], "activation": "tanh", "bias_init": 0.1}
LAST = {"type": "output", "n_out": 1, "loss": "mse", "weight_init": 0}
FORMATS = {"double": np.float64, "float": np.float32}
WORDS = {"double": "float64", "float": "float32"}
SPECS: dict[str, tuple[Any, list[dict[str, Any]]]] = {
    "dense_constant_0_7": (3, [DENSE | {"weight_init": 0.7}, LAST]),
    "dense_distribution_gaussian": (3, [DENSE | {"weight_init": {"type": "normal", "mean": -1.0, "std": 2.0}}, LAST]),
    "dense_distribution_normal": (3, [DENSE | {"weight_init": {"type": "normal", "mean": 0.5, "std": 0.2}}, LAST]),
    "dense_distribution_uniform": (3, [DENSE | {"weight_init": {"type": "uniform", "low": -0.3, "high": 0.7}}, LAST]),
    "dense_lecun_normal": (3, [DENSE | {"weight_init": "lecun_normal"}, LAST]),
    "dense_ones": (3, [DENSE | {"weight_init": 1}, LAST]),
    "dense_relu_uniform": (3, [DENSE | {"weight_init": "relu_uniform"}, LAST]),
    "dense_xavier_fan_in": (3, [DENSE | {"weight_init": "lecun_normal"}, LAST]),
    "dense_xavier_uniform": (3, [DENSE | {"weight_init": "xavier_uniform"}, LAST]),
    "conv2d_relu": ("2x6x6", [CONV | {"weight_init": "relu"}]),
    "conv2d_xavier_fan_in": ("2x6x6", [CONV | {"weight_init": "lecun_normal"}]),
    "conv2d_xavier_uniform": ("2x6x6", [CONV | {"weight_init": "xavier_uniform"}]),
}
ROOT = 3**-0.5
DISTRIBUTIONS = {
    "dense_distribution_binomial_1": Distribution("binomial", 1, 0.5),
    "dense_uniform": Distribution("uniform", -ROOT, ROOT),
    "dense_var_scaling_normal_fan_in": Distribution("truncated_normal", 0, ROOT),
    "dense_var_scaling_normal_fan_in_scale_2": Distribution("truncated_normal", 0, (2 / 3) ** 0.5),
    "dense_var_scaling_normal_fan_out_scale_0_5": Distribution("truncated_normal", 0, 0.1**0.5),
    "dense_var_scaling_normal_fan_avg_scale_0_5": Distribution("truncated_normal", 0, (2 * 0.5 / 8) ** 0.5),
    "dense_var_scaling_uniform_fan_out": Distribution("uniform", -3 / 5**0.5, 3 / 5**0.5),
    "dense_var_scaling_uniform_fan_avg_scale_2": Distribution("uniform", -6 / 4**0.5, 6 / 4**0.5),
}
"""What dl4j.md (4.5) says a 3×5 matrix is drawn from."""


def params(shared, case: str) -> dict[str, np.ndarray]:
    """DL4J's flat parameters, by `<format>_<seed>`."""
    with ZipFile(shared / "dl4j" / "conformance" / "weight_init.zip") as archive:
        if f"{case}/case.json" not in archive.namelist():
            pytest.skip("the case is not here")
        found = json.loads(archive.read(f"{case}/case.json"))["params"]
    return {key: np.array(values) for key, values in found.items()}


def close(ours: np.ndarray, theirs: np.ndarray) -> None:
    """Equal up to the rounding of a logarithm, a cosine, two products and a sum."""
    last_place = np.finfo(ours.dtype).eps * np.abs(theirs).max()
    np.testing.assert_allclose(ours, theirs.astype(ours.dtype), rtol=4 * np.finfo(ours.dtype).eps, atol=last_place)


def flat(network: torch.nn.Module, bias_first: bool = False) -> np.ndarray:
    """The parameters in DL4J's order: weights before biases, biases first in convolutions."""
    values = [parameter.detach().numpy().ravel() for parameter in network.parameters()]
    return np.concatenate(values[::-1] if bias_first else values)


@pytest.mark.parametrize("case", SPECS)
def test_a_network_begins_with_dl4js_weights(shared, case):
    input_, layers = SPECS[case]
    for key, theirs in params(shared, case).items():
        name, seed = key.split("_")
        spec = {"random": "dl4j", "seed": int(seed), "data_type": WORDS[name], "input": input_, "layers": layers}
        close(flat(build(spec, device="cpu").module, bias_first="conv" in case), theirs)


def test_centres_are_not_drawn(shared):
    layers = [DENSE | {"n_out": 3}, {"type": "center_loss_output", "n_out": 2, "loss": "mcxent"}]
    for key, theirs in params(shared, "center_loss").items():
        name, seed = key.split("_")
        spec = {"random": "dl4j", "seed": int(seed), "data_type": WORDS[name], "input": 3, "layers": layers}
        module = build(spec, device="cpu").module
        ours = np.concatenate([flat(module), module.get_buffer("center_loss_output_1.centers").numpy().ravel()])
        close(ours, theirs)


def test_several_layers_go_on_in_one_stream(shared):
    def layer(units: int, weight_init: str, **more: Any) -> dict[str, Any]:
        return {"type": "dense", "n_out": units, "activation": "tanh", "weight_init": weight_init, **more}

    layers = [layer(4, "xavier"), layer(3, "relu_uniform", has_bias=False), layer(2, "relu"), {"type": "output", "n_out": 3, "loss": "mse", "bias_init": -1}]
    for key, theirs in params(shared, "three_dense_bias_init").items():
        name, seed = key.split("_")
        spec = {"random": "dl4j", "seed": int(seed), "data_type": WORDS[name], "bias_init": 0.5, "input": 3}
        ours = flat(build(spec | {"layers": layers}, device="cpu").module)
        gains = len(ours) - 9  # layer 2 has layer normalisation there: two gains of 1 before the last layer's 6 weights and 3 biases
        close(ours, np.delete(theirs, [gains, gains + 1]))


@pytest.mark.parametrize("case", DISTRIBUTIONS)
def test_every_distribution_is_drawn_as_dl4j_draws_it(shared, case):
    for key, theirs in params(shared, case).items():
        name, seed = key.split("_")
        close(drawn(Counter(int(seed)), DISTRIBUTIONS[case], 15, FORMATS[name]), theirs[:15])


def test_negative_and_long_seeds_are_javas(shared):
    for key, theirs in params(shared, "negative_seed").items():
        name, seed = key.split("_")
        tensor = torch.zeros((5, 3), dtype={"double": torch.float64, "float": torch.float32}[name])
        Dl4jChance(int(seed), 0).initialise([Fresh(tensor, Initializer.parse("xavier"), Fans(3, 5), ())])
        close(tensor.numpy().ravel(), theirs[:15])
