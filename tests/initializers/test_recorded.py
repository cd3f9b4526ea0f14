"""Initial weights against what DL4J 1.0.0-M2.1 drew.

The same seed gives DL4J the same numbers before they are scaled, so the weights of one case beside those of another tell the scale to the last digit:
those of NormalDistribution(0.5, 0.2) and UniformDistribution(−0.3, 0.7) are the measure. Ours have the same scale beside our own plain draws.
"""

import json
from zipfile import ZipFile

import pytest
import torch
from torch import Generator

from netspec.initializers import Fans, Initializer

CLASSES = {
    "Normal": "lecun_normal",
    "Relu": "relu",
    "ReluUniform": "relu_uniform",
    "Uniform": "torch_default",
    "VarScalingNormalFanAvg": "var_scaling_normal_fan_avg",
    "VarScalingNormalFanIn": "var_scaling_normal_fan_in",
    "VarScalingNormalFanOut": "var_scaling_normal_fan_out",
    "VarScalingUniformFanAvg": "dl4j_var_scaling_uniform_fan_avg",
    "VarScalingUniformFanIn": "dl4j_var_scaling_uniform_fan_in",
    "VarScalingUniformFanOut": "dl4j_var_scaling_uniform_fan_out",
    "Xavier": "xavier",
    "XavierUniform": "xavier_uniform",
}
"""DL4J's classes that scale a plain draw by the fans, by what follows `WeightInit`."""

DISTRIBUTIONS = {
    "NormalDistribution": ("normal", {"mean": "mean", "std": "std"}),
    "GaussianDistribution": ("normal", {"mean": "mean", "std": "std"}),
    "UniformDistribution": ("uniform", {"lower": "low", "upper": "high"}),
}
LAYERS = {
    "DenseLayer": (Fans(3, 5), 0, 15),
    "OutputLayer": (Fans(3, 5), 0, 15),
    "ConvolutionLayer": (Fans(2 * 3 * 2, 3 * 3 * 2 / 2), 3, 36),
}
"""Fans of the first layer in the cases here, where its weights begin among all parameters, and how many they are."""

SEEDS = ("double_123", "double_42", "double_12345")


@pytest.fixture(scope="module")
def recorded(shared) -> dict[str, dict]:
    with ZipFile(shared / "dl4j" / "conformance" / "weight_init.zip") as archive:
        return {name.split("/")[0]: json.loads(archive.read(name)) for name in archive.namelist() if name.endswith("/case.json")}


def first_layer(case: dict) -> dict:
    return case["configuration"]["confs"][0]["layer"]


def class_of(described: dict) -> str:
    return described["@class"].rsplit(".", 1)[1]


def weights(case: dict, seed: str) -> torch.Tensor:
    _, start, count = LAYERS[class_of(first_layer(case))]
    return torch.tensor(case["params"][seed][start : start + count], dtype=torch.float64)


def plain(recorded: dict[str, dict], kind: str, seed: str, layer: str = "DenseLayer") -> torch.Tensor:
    """What DL4J draws before scaling: from N(0, 1), where the numbers depend on how many are drawn, or from U(−1, 1)."""
    if kind == "normal" and layer == "ConvolutionLayer":
        return weights(recorded["conv2d_xavier_fan_in"], seed)[:15] * 12**0.5
    if kind == "normal":
        return (weights(recorded["dense_distribution_normal"], seed) - 0.5) / 0.2
    return (weights(recorded["dense_distribution_uniform"], seed) + 0.3) * 2 - 1


def scale_of(initializer: Initializer, fans: Fans, kind: str) -> float:
    """What our own plain draw is multiplied by."""
    base = {
        "normal": {"type": "normal", "std": 1.0},
        "truncated": {"type": "truncated_normal", "std": 1.0},
        "uniform": {"type": "uniform", "low": -1, "high": 1},
    }
    ours, drawn = (torch.empty(50, dtype=torch.float64) for _ in range(2))
    initializer.fill(ours, fans, Generator().manual_seed(1))
    Initializer.parse(base[kind]).fill(drawn, fans, Generator().manual_seed(1))
    ratios = ours / drawn
    torch.testing.assert_close(ratios, ratios[:1].expand(50), rtol=1e-9, atol=0)
    return ratios[0].item()


def scaled(recorded: dict[str, dict]) -> dict[str, dict]:
    """Cases whose first layer is dense of 3 → 5 or the convolution, with a class that scales a plain draw."""
    found = {}
    for name, case in recorded.items():
        layer = first_layer(case)
        kind = (layer.get("weightInitFn") or {"@class": ".None"})["@class"].rsplit(".", 1)[1].removeprefix("WeightInit")
        sizes = (layer.get("nin"), layer.get("nout"), layer.get("kernelSize"))
        if kind in CLASSES and sizes in ((3, 5, None), (2, 3, [3, 2])) and SEEDS[0] in case["params"]:
            found[name] = case
    return found


def test_the_scale_of_every_class_is_that_of_dl4j(recorded):
    if not {"dense_distribution_normal", "dense_distribution_uniform", "conv2d_xavier_fan_in"} <= set(recorded):
        pytest.skip("the measure is not here")
    compared = set()
    for name, case in scaled(recorded).items():
        layer = first_layer(case)
        described = layer["weightInitFn"]
        tag = CLASSES[class_of(described).removeprefix("WeightInit")]
        initializer = Initializer.parse({"type": tag, **({"scale": described["scale"]} if described.get("scale") else {})})
        kind = "uniform" if "uniform" in tag or tag == "torch_default" else "truncated" if "var_scaling" in tag else "normal"
        scale = scale_of(initializer, LAYERS[class_of(layer)][0], kind)
        for seed in SEEDS:
            drawn = plain(recorded, "uniform" if kind == "uniform" else "normal", seed, class_of(layer))
            theirs = weights(case, seed)[:15]
            inside = drawn.abs() < 2 if kind == "truncated" else torch.ones(15, dtype=torch.bool)
            torch.testing.assert_close(theirs[inside], scale * drawn[inside], rtol=1e-6, atol=1e-7, msg=lambda text, name=name: f"{name}: {text}")
        compared.add(name)
    wanted = {name for name in recorded if name.startswith(("dense_", "conv2d_")) and not any(word in name for word in OWN_TESTS)}
    assert wanted <= compared


OWN_TESTS = ("distribution", "constant", "ones", "identity")


def test_distributions_have_dl4js_parameters(recorded):
    """Mean and deviation, or bounds, as the case says them, beside the measure."""
    if "dense_distribution_normal" not in recorded:
        pytest.skip("the measure is not here")
    for name in ("dense_distribution_gaussian", "dense_distribution_normal", "dense_distribution_uniform"):
        if name not in recorded:
            continue
        described = first_layer(recorded[name])["weightInitFn"]["distribution"]
        tag, words = DISTRIBUTIONS[described["type"].rsplit(".", 1)[1]]
        said = {ours: described[theirs] for theirs, ours in words.items()}
        ours = torch.empty(15, dtype=torch.float64)
        Initializer.parse({"type": tag, **said}).fill(ours, Fans(1, 1), Generator().manual_seed(1))
        drawn = torch.empty(15, dtype=torch.float64)
        Initializer.parse({"type": "normal", "std": 1} if tag == "normal" else {"type": "uniform", "low": 0, "high": 1}).fill(
            drawn, Fans(1, 1), Generator().manual_seed(1)
        )
        if tag == "normal":
            theirs = weights(recorded[name], SEEDS[0])
            torch.testing.assert_close(theirs, said["mean"] + said["std"] * plain(recorded, "normal", SEEDS[0]))
            torch.testing.assert_close(ours, said["mean"] + said["std"] * drawn)
        else:
            assert weights(recorded[name], SEEDS[0]).min() >= said["low"]
            assert weights(recorded[name], SEEDS[0]).max() < said["high"]
            torch.testing.assert_close(ours, said["low"] + (said["high"] - said["low"]) * drawn)


@pytest.mark.parametrize(("name", "spec"), [("dense_ones", "ones"), ("dense_constant_0_7", {"type": "constant", "value": 0.7})])
def test_constants_are_those_of_dl4j(recorded, name, spec):
    if name not in recorded:
        pytest.skip("the case is not here")
    ours = torch.empty(15, dtype=torch.float64)
    Initializer.parse(spec).fill(ours, Fans(3, 5), Generator())
    assert torch.equal(ours, weights(recorded[name], SEEDS[0]))


@pytest.mark.parametrize(
    ("name", "spec", "shape", "start"),
    [
        ("dense_identity_scale_0_5", {"type": "identity", "scale": 0.5}, (4, 4), 0),
        ("conv2d_identity", "identity", (3, 3, 3, 3), 3),
    ],
)
def test_the_identity_is_that_of_dl4j(recorded, name, spec, shape, start):
    if name not in recorded:
        pytest.skip("the case is not here")
    ours = torch.empty(shape, dtype=torch.float64)
    Initializer.parse(spec).fill(ours, Fans(1, 1), Generator())
    theirs = torch.tensor(recorded[name]["params"][SEEDS[0]][start : start + ours.numel()], dtype=torch.float64)
    assert torch.equal(ours.flatten(), theirs)


@pytest.mark.parametrize(("name", "rows", "gain"), [("dense_distribution_orthogonal_gain_2", 3, 2.0), ("dense_distribution_orthogonal_tall", 5, 1.0)])
def test_orthogonal_has_the_products_of_dl4j(recorded, name, rows, gain):
    """Up to signs and the basis: rows or columns, whichever are fewer, are orthogonal and as long as the gain."""
    if name not in recorded:
        pytest.skip("the case is not here")
    theirs = torch.tensor(recorded[name]["params"][SEEDS[0]][:15], dtype=torch.float64).reshape(-1, rows)  # column by column
    ours = torch.empty(15 // rows, rows, dtype=torch.float64)
    Initializer.parse({"type": "orthogonal", "gain": gain}).fill(ours, Fans(1, 1), Generator().manual_seed(1))
    for matrix in (theirs, ours):
        product = matrix @ matrix.T if len(matrix) < matrix.shape[1] else matrix.T @ matrix
        torch.testing.assert_close(product, gain**2 * torch.eye(3, dtype=torch.float64), rtol=1e-6, atol=1e-6)


def test_binomial_draws_are_counts(recorded):
    if "dense_distribution_binomial_1" not in recorded:
        pytest.skip("the case is not here")
    described = first_layer(recorded["dense_distribution_binomial_1"])["weightInitFn"]["distribution"]
    said = {"type": "binomial", "trials": described["numberOfTrials"], "probability": described["probabilityOfSuccess"]}
    ours = torch.empty(15, dtype=torch.float64)
    Initializer.parse(said).fill(ours, Fans(1, 1), Generator().manual_seed(1))
    assert set(ours.tolist()) == set(weights(recorded["dense_distribution_binomial_1"], SEEDS[0]).tolist()) == {0.0, 1.0}
