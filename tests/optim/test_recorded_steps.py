"""Every recorded training of a plain network of DL4J's, from 0.9.1 to 1.0.0-M2.1: its weights after each step, its score before.

Enough of DL4J's JSON is read here by hand for dense, convolution, batch normalisation and output layers.
"""

import io
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import numpy as np
import pytest
import torch

from netspec import build
from netspec.model import Model

ACTIVATIONS = {
    "TanH": "tanh", "Softmax": "softmax", "Identity": "identity", "Sigmoid": "sigmoid", "ReLU": "relu", "LReLU": {"type": "leakyrelu", "alpha": 0.01},
}  # fmt: skip
LOSSES = {"NegativeLogLikelihood": "negative_log_likelihood", "MCXENT": "negative_log_likelihood", "MSE": "mse"}
UPDATERS = {"Sgd": "sgd", "Nesterovs": "nesterovs", "Adam": "adam", "RmsProp": "rmsprop", "AdaGrad": "adagrad"}
UPDATER_WORDS = {"learningRate": "learning_rate", "momentum": "momentum", "beta1": "beta1", "beta2": "beta2", "epsilon": "epsilon", "rmsDecay": "rms_decay"}
NORMALIZATIONS = {
    "RenormalizeL2PerLayer": "renormalize_l2_per_layer", "RenormalizeL2PerParamType": "renormalize_l2_per_param_type",
    "ClipElementWiseAbsoluteValue": "clip_elementwise_absolute_value", "ClipL2PerLayer": "clip_l2_per_layer", "ClipL2PerParamType": "clip_l2_per_param_type",
}  # fmt: skip


class NotSpoken(Exception):
    """A word of DL4J's that this reader does not know."""


@dataclass
class Case:
    """One recorded training."""

    spec: dict[str, Any]
    about: dict[str, Any]
    arrays: dict[str, np.ndarray]
    verdict: dict[str, Any]

    def model(self) -> Model:
        """The network with DL4J's weights."""
        model = build(self.spec)
        fill(model, torch.tensor(self.arrays["params"].ravel()))
        return model

    def batch(self, number: int) -> tuple[torch.Tensor, torch.Tensor]:
        """Features and labels of a step."""
        index = self.about["batch_of_step"][number] if "batch_of_step" in self.about else number % self.about["batches"]
        return torch.tensor(self.arrays[f"input{index}"]), torch.tensor(self.arrays[f"label{index}"])


def read(shared: Path, group: str, name: str) -> Case:
    """A recorded case as a spec of netspec's own. Raises: KeyError when it is not there, NotSpoken."""
    with ZipFile(shared / "dl4j" / "conformance" / f"{group}.zip") as archive:
        inside = {path.rpartition("/")[2]: archive.read(path) for path in archive.namelist() if path.startswith(f"{name}/") and not path.endswith("/")}
    about = json.loads(inside["case.json"])
    arrays = {file.removesuffix(".npy"): np.load(io.BytesIO(content)) for file, content in inside.items() if file.endswith(".npy")}
    verdict = verdicts(shared)[group][name]["verdict"]
    masks = any(file.startswith("label_mask") for file in inside)
    if verdict["steps"] != "match" or masks or "set_learning_rate" in about or "steps" not in about:
        raise NotSpoken("not a plain training, or one that is not followed")
    with ZipFile(io.BytesIO(inside["before.zip"])) as saved:
        described = json.loads(saved.read("configuration.json"))
    return Case(spec_of(described, arrays), about, arrays, verdict)


@cache
def verdicts(shared: Path) -> dict[str, Any]:
    """What a right implementation must do, case by case."""
    return dict(json.loads((shared / "dl4j" / "conformance" / "cases.json").read_text(encoding="utf-8")))


def spec_of(described: dict[str, Any], arrays: dict[str, np.ndarray]) -> dict[str, Any]:
    """The configuration in netspec's words."""
    if "confs" not in described:
        raise NotSpoken("a graph")
    confs = described["confs"]
    if confs[0].get("numIterations", 1) != 1:
        raise NotSpoken("several updates on each batch")
    layers = [layer_of(*_unwrapped(conf["layer"]), conf) for conf in confs]
    return {
        "input": "x".join(map(str, arrays["input0"].shape[1:])),
        "data_type": "float64",
        "training_order": order_of(described),
        "minibatch": confs[0]["miniBatch"],
        "layers": layers,
    }


def order_of(described: dict[str, Any]) -> str:
    """The order of a training step by the marks that each era left in its files."""
    if "validateOutputLayerConfig" in described or any("weightInitFn" in str(conf) for conf in described["confs"]):
        return "modern"
    return "beta3" if described.get("legacyBatchScaledL2") is False else "legacy"


def _unwrapped(layer: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    if "@class" in layer:
        return _class(layer), layer
    ((tag, inside),) = layer.items()
    return {"dense": "DenseLayer", "output": "OutputLayer"}.get(tag, tag), inside


def _class(value: dict[str, Any]) -> str:
    return str(value["@class"].rsplit(".", 1)[-1]) if "@class" in value else next(iter(value))


def _known(table: dict[str, Any], word: str) -> Any:
    if word not in table:
        raise NotSpoken(word)
    return table[word]


LAYERS = {"DenseLayer": "dense", "OutputLayer": "output", "ConvolutionLayer": "conv", "SubsamplingLayer": "subsampling", "BatchNormalization": "batch_norm"}


def layer_of(kind: str, layer: dict[str, Any], conf: dict[str, Any]) -> dict[str, Any]:
    """One layer with everything that acts on its training."""
    if kind == "FrozenLayer":
        return layer_of(*_unwrapped(layer["layer"]), conf) | {"frozen": True}
    if layer.get("idropout") or layer.get("dropOut") or layer.get("weightNoise") or conf.get("learningRatePolicy", "None") != "None":
        raise NotSpoken("noise, or a rate policy")
    said: dict[str, Any] = {"type": _known(LAYERS, kind)}
    if "kernelSize" in layer:
        said |= {"kernel": layer["kernelSize"], "stride": layer["stride"], "padding": layer["padding"]}
    if kind == "SubsamplingLayer":
        return said | {"pooling": layer["poolingType"].lower()}
    if kind != "BatchNormalization":
        said |= {"n_out": layer["nout"], "activation": _known(ACTIVATIONS, _class(layer["activationFn"]).removeprefix("Activation"))}
    if kind == "OutputLayer":
        said["loss"] = _known(LOSSES, _class(layer["lossFn"]).removeprefix("Loss"))
    said["updater"] = updater_of(layer["iupdater"])
    if layer.get("biasUpdater"):
        said["bias_updater"] = updater_of(layer["biasUpdater"])
    return said | regularization(layer, conf) | normalization(layer) | constraints(layer)


def updater_of(described: dict[str, Any]) -> dict[str, Any]:
    """An updater; a rate that is NaN stands beside its schedule."""
    values = {ours: described[theirs] for theirs, ours in UPDATER_WORDS.items() if theirs in described}
    for theirs, ours in (("learningRateSchedule", "learning_rate"), ("momentumISchedule", "momentum")):
        if described.get(theirs):
            values[ours] = schedule_of(described[theirs])
    return {"type": _known(UPDATERS, _class(described)), **values}


def schedule_of(described: dict[str, Any]) -> Any:
    """A schedule or, of a fixed one, its number."""
    per = {"per": described.get("scheduleType", "ITERATION").lower()}
    match _class(described):
        case "FixedSchedule":
            return described["value"]
        case "StepSchedule":
            return {"type": "step", "initial": described["initialValue"], "decay": described["decayRate"], "every": int(described["step"])} | per
        case "ExponentialSchedule":
            return {"type": "exponential", "initial": described["initialValue"], "gamma": described["gamma"]} | per
        case "MapSchedule":
            return {"type": "map", "values": described["values"]} | per
        case other:
            raise NotSpoken(other)


def regularization(layer: dict[str, Any], conf: dict[str, Any]) -> dict[str, Any]:
    """Coefficients; of several of one kind the sum, as DL4J adds them all."""
    if "regularization" not in layer:
        on = conf.get("useRegularization", True)
        return {word: layer[theirs] if on else 0.0 for word, theirs in (("l1", "l1"), ("l2", "l2"), ("l1_bias", "l1Bias"), ("l2_bias", "l2Bias"))}
    said: dict[str, Any] = {}
    for suffix, entries in (("", layer["regularization"]), ("_bias", layer["regularizationBias"])):
        for entry in entries:
            if _class(entry) == "WeightDecay":
                value, before = schedule_of(entry["coeff"]), said.get(f"weight_decay{suffix}")
                value = _sum(before["value"], value) if before else value
                said[f"weight_decay{suffix}"] = {"value": value, "times_rate": entry["applyLR"]}
            else:
                word = {"L1Regularization": "l1", "L2Regularization": "l2"}[_class(entry)]
                value = schedule_of(entry[word])
                said[word + suffix] = _sum(said[word + suffix], value) if word + suffix in said else value
    return said


def _sum(one: Any, other: Any) -> Any:
    if isinstance(one, dict) and one == other:
        return {**one, "initial": 2 * one["initial"]} if "initial" in one else {**one, "values": {key: 2 * value for key, value in one["values"].items()}}
    return one + other


def normalization(layer: dict[str, Any]) -> dict[str, Any]:
    """Gradient normalisation, whose threshold counts where something is clipped."""
    if layer["gradientNormalization"] in ("None", None):
        return {}
    tag = NORMALIZATIONS[layer["gradientNormalization"]]
    threshold = {"threshold": layer["gradientNormalizationThreshold"]} if tag.startswith("clip") else {}
    return {"gradient_normalization": {"type": tag, **threshold}}


def constraints(layer: dict[str, Any]) -> dict[str, Any]:
    """Constraints; axes of a dense layer's weights are counted in DL4J's layout, which is the transpose of torch's."""
    found = []
    for entry in layer.get("constraints") or ():
        tag = {
            "MaxNormConstraint": "max_norm",
            "MinMaxNormConstraint": "min_max_norm",
            "UnitNormConstraint": "unit_norm",
            "NonNegativeConstraint": "non_negative",
        }[_class(entry)]
        words = {ours: entry[theirs] for theirs, ours in (("maxNorm", "max"), ("max", "max"), ("min", "min"), ("rate", "rate")) if theirs in entry}
        axes = entry.get("dimensions")
        if axes is not None:
            words["dimensions"] = [1 - axis for axis in axes] if "kernelSize" not in layer else axes
        found += [{"type": tag, **words, "apply_to": {"W": "weights", "b": "biases"}[name]} for name in entry["params"]]
    return {"constraints": found} if found else {}


def places(model: Model) -> list[torch.Tensor]:
    """Arrays in DL4J's order: of a convolution the bias first, of batch normalisation its running statistics last."""
    found: list[torch.Tensor] = []
    for module in model.module.children():
        arrays = [getattr(module, name, None) for name in ("weight", "bias", "running_mean", "running_var")]
        found += [array for array in (reversed(arrays) if isinstance(module, torch.nn.Conv2d) else arrays) if array is not None]
    return found


@torch.no_grad()
def fill(model: Model, values: torch.Tensor) -> None:
    """Take over a flat vector in DL4J's order; a dense weight in Fortran order is torch's transposed one."""
    parts = values.split([array.numel() for array in places(model)])
    for array, part in zip(places(model), parts, strict=True):
        array.copy_(part.reshape(array.shape))


def flat(model: Model) -> np.ndarray:
    """All parameters as a flat vector in DL4J's order; nothing for running statistics, which training does not look at."""
    arrays = [array.detach() if isinstance(array, torch.nn.Parameter) else array * torch.nan for array in places(model)]
    return torch.cat([array.reshape(-1) for array in arrays]).numpy()


def differences(case: Case) -> tuple[float, float]:
    """The largest difference over all steps: of parameters, relative to the largest of them, and of scores."""
    model, weights, scores = case.model(), 0.0, 0.0
    for step in range(case.about["steps"]):
        model._training().epoch = case.about.get("epoch_of_step", [0] * 99)[step]
        score = model.step(case.batch(step))
        expected, found = case.arrays["params_after"][step].ravel(), flat(model)
        weights = max(weights, np.nanmax(np.abs(found - expected)) / np.abs(expected[np.isfinite(found)]).max())
        scores = max(scores, abs(score - case.about["score_of_step"][step]) / max(map(abs, case.about["score_of_step"])))
    return weights, scores


NOT_READ = {
    "regularization": {"weight_decay_graph"},
    "constraints": {"lstm_max_norm_weights", "min_max_norm_rate_weights"},
    "gradient_normalization": {"batchnorm_clip_element_wise_absolute_value", "batchnorm_clip_l2_per_param_type", "batchnorm_renormalize_l2_per_param_type"},
}
"""Cases that are no lists of these layers, or whose steps DL4J gets wrong."""

LEAST = 14
"""Trainings that are compared in each release."""

ERAS = [f"era-{name}" for name in ("0.9.1", *(f"1.0.0-{name}" for name in ("alpha", "beta", "beta2", "beta3", "beta4", "beta6", "beta7", "M1.1")))]


def compared(shared: Path, group: str, prefixes: tuple[str, ...] = ("",)) -> tuple[int, dict[str, tuple[float, float]], set[str]]:
    """How many cases were compared, those that differ with their differences, and those that are not read."""
    cases, unread = {}, set()
    for name in verdicts(shared)[group]:
        try:
            if name.startswith(prefixes):
                cases[name] = read(shared, group, name)
        except NotSpoken:
            unread.add(name)
    found = {name: differences(case) for name, case in cases.items()}
    return len(cases), {name: found[name] for name, case in cases.items() if not within(case.verdict, *found[name])}, unread


def within(verdict: dict[str, Any], weights: float, scores: float) -> bool:
    """To rounding, or to the tolerance that the case names."""
    tolerances = verdict.get("tolerance", {})
    steps = tolerances.get("steps", 1e-9)
    return weights <= steps and (verdict["score"] != "match" or scores <= max(steps, tolerances.get("score", 1e-9)))


@pytest.mark.parametrize("group", NOT_READ)
def test_every_training_with_it_goes_as_in_dl4j(shared, group):
    count, wrong, unread = compared(shared, group)

    assert wrong == {}
    assert unread == NOT_READ[group]
    assert count == len(verdicts(shared)[group]) - len(unread)


def test_sums_uneven_batches_and_frozen_layers_go_as_in_dl4j(shared):
    count, wrong, _ = compared(shared, "training_forms")

    assert wrong == {}
    assert count >= 12


@pytest.mark.parametrize("group", ERAS)
def test_every_release_trains_in_its_own_order(shared, group):
    count, wrong, _ = compared(shared, group, ("mlp", "gradnorm", "frozen"))

    assert wrong == {}
    assert count >= LEAST
