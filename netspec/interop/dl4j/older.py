"""Configurations of older releases, brought into the form of 1.0.0-M2.1 object by object.

What a release said in its own way (a word for an activation, a number for L2, a policy for the rate) becomes the object that
says the same now; translators know that form alone. Nothing of the meaning is changed here: where a release *computed* otherwise,
the reading of the layer decides.
"""

from collections.abc import Mapping
from typing import Any

from netspec.interop.dl4j.eras import FIRST_MODERN, Era
from netspec.interop.dl4j.older_updaters import modern_updaters
from netspec.interop.dl4j.said import Said
from netspec.interop.dl4j.translator import Reading, modern_name

_REGULARIZATION = "org.nd4j.linalg.learning.regularization."
_DISTRIBUTIONS = "org.deeplearning4j.nn.conf.distribution."
_WEIGHTS = "org.deeplearning4j.nn.weights.WeightInit"
_OLD_LOSSES = {
    "MSE": "MSE",
    "SQUARED_LOSS": "L2",
    "XENT": "BinaryXENT",
    "MCXENT": "MCXENT",
    "NEGATIVELOGLIKELIHOOD": "NegativeLogLikelihood",
    "EXPLL": "Poisson",
    "RECONSTRUCTION_CROSSENTROPY": "KLD",
    "RMSE_XENT": "L1",
}


def modern_object(family: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """`{"dense": {…}}` as `{"@class": …}`; an object that has its class stays."""
    if "@class" in values or "type" in values or len(values) != 1:
        return dict(values)
    name, inside = next(iter(values.items()))
    fields = inside if isinstance(inside, Mapping) else {}
    return {"@class": modern_name(family, name), **{key: value for key, value in fields.items() if not key.endswith("ViewArray")}}


def modern_layer(layer: Said, conf: Said, reading: Reading) -> Said:
    """A layer's own fields in today's form."""
    if reading.era >= FIRST_MODERN:
        return layer
    values = dict(layer.values)
    for step in (_functions, _weights, _regularization, _noise):
        step(values, conf, reading, layer.place)
    modern_updaters(values, conf, reading, layer.place)
    if "SubsamplingLayer" in str(values.get("@class")):
        values.setdefault("avgPoolIncludePadInDivisor", True)
    for inner in ("layer", "fwd", "bwd", "underlying"):
        if isinstance(values.get(inner), Mapping):
            values[inner] = modern_layer(Said(modern_object("layers", values[inner]), layer.place), conf, reading).values
    return Said(values, layer.place)


def _functions(values: dict[str, Any], conf: Said, reading: Reading, place: str) -> None:
    """Activation and loss."""
    if isinstance(word := values.pop("activationFunction", None), str):
        values["activationFn"] = {"@class": modern_name("activations", word)}
        if word.lower() == "leakyrelu":
            values["activationFn"]["alpha"] = conf.number_or_none("leakyreluAlpha") or 0.0
            reading.report.mistake("leaky-slope", place)
    for key in ("activationFn", "gateActivationFn", "pzxActivationFn", "pzxactivationFn"):
        if isinstance(values.get(key), Mapping):
            values[key] = modern_object("activations", values[key])
    if isinstance(word := values.pop("gateActivationFunction", None), str):
        values["gateActivationFn"] = {"@class": modern_name("activations", word)}
    if "autoencoder" not in str(values.get("@class")).lower():  # whose loss is such a word in every release
        _loss(values, reading, place)


def _loss(values: dict[str, Any], reading: Reading, place: str) -> None:
    word = values.pop("lossFunction", None)
    if isinstance(values.get("lossFn"), Mapping):
        values["lossFn"] = modern_object("losses", values["lossFn"])
    elif isinstance(word, str):
        _old_loss(values, word, reading, place)
    values.pop("customLossFunction", None)


def _old_loss(values: dict[str, Any], word: str, reading: Reading, place: str) -> None:
    """0.5 had words for losses, and trained most of them with another gradient than theirs."""
    values["lossFn"] = {"@class": modern_name("losses", _OLD_LOSSES.get(word, word))}
    if word == "RMSE_XENT":
        reading.refuse_training("rmse-xent", place)
    elif word not in ("MCXENT", "NEGATIVELOGLIKELIHOOD"):
        reading.report.mistake("output-error-of-0-5", place)


def _weights(values: dict[str, Any], conf: Said, reading: Reading, place: str) -> None:
    """`weightInit` with `dist` beside it."""
    for suffix in ("", "Recurrent"):
        word, distribution = values.pop(f"weightInit{suffix}", None), values.pop(f"dist{suffix}", None)
        if not isinstance(word, str):
            continue
        if word == "DISTRIBUTION" and isinstance(distribution, Mapping):
            values[f"weightInitFn{suffix}"] = {"@class": f"{_WEIGHTS}Distribution", "distribution": modern_object("initializers", distribution)}
        else:
            old = _old_weights(word, values) if reading.era <= Era.V0_6_0 else None
            values[f"weightInitFn{suffix}"] = old or {"@class": modern_name("initializers", word)}


def _old_weights(word: str, values: Mapping[str, Any]) -> dict[str, Any] | None:
    """What some words meant up to 0.6, by the first size of the weights: inputs of a dense layer, filters of a convolution."""
    if word == "XAVIER":
        return {"@class": modern_name("initializers", "XAVIER_LEGACY")}
    first = values.get("nout" if "kernelSize" in values else "nin")
    if word not in ("RELU", "UNIFORM") or not isinstance(first, int) or first <= 0:
        return None
    normal = {"type": f"{_DISTRIBUTIONS}NormalDistribution", "mean": 0.0, "std": (2 / first) ** 0.5}
    uniform = {"type": f"{_DISTRIBUTIONS}UniformDistribution", "lower": -1 / first, "upper": 1 / first}
    return {"@class": f"{_WEIGHTS}Distribution", "distribution": normal if word == "RELU" else uniform}


def _regularization(values: dict[str, Any], conf: Said, reading: Reading, place: str) -> None:
    """Numbers for L1 and L2; up to 0.9 they act only where a switch says so."""
    acting = reading.era >= Era.ALPHA or conf.flag("useRegularization", True)
    for key, names in (("regularization", ("l1", "l2")), ("regularizationBias", (("l1Bias", "biasL1"), ("l2Bias", "biasL2")))):
        found = []
        for kind, name in zip(("l1", "l2"), names, strict=True):
            said = [values.pop(one, None) for one in ((name,) if isinstance(name, str) else name)]
            value = next((one for one in said if isinstance(one, int | float) and one != 0), None)
            if value is not None:
                found.append({"@class": f"{_REGULARIZATION}{kind.upper()}Regularization", kind: value})
        if found and not acting:
            reading.report.mistake("regularization-switched-off", place)
        values[key] = found if acting else []


def _noise(values: dict[str, Any], conf: Said, reading: Reading, place: str) -> None:
    """`dropOut` is a number, of weights where the conf says `useDropConnect`."""
    keep = values.pop("dropOut", None)
    if isinstance(keep, int | float) and keep not in (0, 1):
        if conf.flag("useDropConnect", False):
            values["weightNoise"] = {
                "@class": "org.deeplearning4j.nn.conf.weightnoise.DropConnect",
                "weightRetainProb": keep,
                "applyToBiases": False,
            }
        else:
            values["idropout"] = {"@class": "org.deeplearning4j.nn.conf.dropout.Dropout", "p": keep}
