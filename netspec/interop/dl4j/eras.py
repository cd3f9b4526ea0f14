"""Which release of DL4J wrote a file, and how that is told.

Formats and meanings changed between releases; `Era` orders them, so that a rule reads `era <= Era.BETA2`. Source: DL4J's own files,
thirteen releases of them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from netspec.errors import UsageError
from netspec.words import listed


class Era(IntEnum):
    """A release whose files differ from those before it."""

    V0_5_0 = 0
    V0_6_0 = 1
    V0_7_2 = 2
    V0_8_0 = 3
    V0_9_1 = 4
    ALPHA = 5
    BETA = 6
    BETA2 = 7
    BETA3 = 8
    BETA4 = 9
    BETA6 = 10
    BETA7 = 11
    M1_1 = 12
    M2_1 = 13

    @property
    def release(self) -> str:
        """What DL4J calls it: `0.9.1`, `1.0.0-beta4`."""
        return _RELEASES[self]

    def __str__(self) -> str:
        return self.release


_RELEASES = (
    *("0.5.0", "0.6.0", "0.7.2", "0.8.0", "0.9.1"),
    *(f"1.0.0-{name}" for name in ("alpha", "beta", "beta2", "beta3", "beta4", "beta6", "beta7", "M1.1", "M2.1")),
)
FIRST_MODERN = Era.BETA4


def parse_era(word: str) -> Era:
    """The era of `--era`: `beta7`, `1.0.0-beta7`, `0.9.1`. Raises: UsageError."""
    plain = word.strip().removeprefix("1.0.0-").lower()
    for era in Era:
        if plain == era.release.removeprefix("1.0.0-").lower():
            return era
    names = listed([era.release.removeprefix("1.0.0-") for era in Era])
    raise UsageError(f"the era must be one of {names}, got {word}", help="files of a release between two have the form of the earlier one")


@dataclass(frozen=True)
class Told:
    """An era, what in the file told it, and whether it is a guess between releases that look alike."""

    era: Era
    mark: str
    or_else: tuple[Era, ...] = ()
    """Further eras the file may be of."""


def tell(configuration: Mapping[str, Any], rank: int | None) -> Told:
    """The era of a configuration; `rank` is that of the parameter vector, None where there is none."""
    layers = list(_layers(configuration))
    keys = {key for _, layer in layers for key in layer}
    confs = {key for conf, _ in layers for key in conf}
    if rank == 1:
        return Told(Era.M2_1, "coefficients.bin of rank 1")
    if "weightInitFn" in keys or "validateOutputLayerConfig" in configuration:
        return _modern(configuration, keys)
    if "legacyBatchScaledL2" in configuration or "legacyBatchScaledL2" in keys:
        return Told(Era.BETA3, "legacyBatchScaledL2")
    if any("@class" in layer for _, layer in layers):
        if "l1ByParam" in confs:
            return Told(Era.BETA, "layers with @class, l1ByParam")
        return Told(Era.BETA2, "layers with @class, no l1ByParam")
    return _wrapped(configuration, keys, confs)


def _wrapped(configuration: Mapping[str, Any], keys: set[str], confs: set[str]) -> Told:
    """Releases that wrote `{"dense": {…}}`."""
    if "iupdater" in keys and "learningRatePolicy" in confs:
        return Told(Era.V0_9_1, "iupdater beside learningRatePolicy")
    if "l1Bias" in keys and "learningRatePolicy" in confs:
        return Told(Era.V0_8_0, "l1Bias")
    if confs and "learningRatePolicy" not in confs:
        return Told(Era.ALPHA, "wrapped layers, no learningRatePolicy")
    if "activationFn" in keys:
        return Told(Era.V0_7_2, "activationFn and biasL1")
    if "redistributeParams" in configuration:
        return Told(Era.V0_5_0, "redistributeParams")
    if "cacheMode" in configuration:
        return Told(Era.V0_9_1, "cacheMode")
    if "activationFunction" in keys and "epsilon" not in keys:
        return Told(Era.V0_5_0, "activationFunction, no epsilon")
    return Told(Era.V0_6_0, "biasL1, activationFunction and epsilon")


_FORMATS = frozenset({"timeDistributedFormat", "cnn2dDataFormat", "rnnDataFormat", "rnndataFormat", "cnn2DFormat", "dataFormat"})


def _modern(configuration: Mapping[str, Any], keys: set[str]) -> Told:
    """beta4 and later; where nothing tells them apart, nothing depends on it, but for one-dimensional convolutions."""
    objects = list(_objects(configuration))
    classes = {str(item.get("@class", "")).rsplit(".", 1)[-1] for item in objects}
    dropouts = [item for item in objects if str(item.get("@class", "")).endswith(".dropout.Dropout")]
    if any(str(item.get("@class", "")).endswith("MergeVertex") and ("mergeAxis" in item or "modified" in item) for item in objects):
        return Told(Era.M1_1, "MergeVertex with mergeAxis", (Era.M2_1,))
    if any("initializedHelper" not in item for item in dropouts):
        return Told(Era.M1_1, "a Dropout without initializedHelper", (Era.M2_1,))
    if _flat_behind_pooling(configuration):
        return Told(Era.M1_1, "a RnnToFeedForwardPreProcessor behind GlobalPooling", (Era.M2_1,))
    if keys & _FORMATS:
        return Told(Era.BETA7, "data formats and helpers" if dropouts else "data formats", () if dropouts else (Era.M1_1, Era.M2_1))
    if keys & {"helperAllowFallback", "avgPoolIncludePadInDivisor"} or "Yolo2OutputLayer" in classes:
        return Told(Era.BETA6, "helperAllowFallback or avgPoolIncludePadInDivisor")
    return Told(Era.BETA4, "weightInitFn without later keys", (Era.BETA6,))


def _flat_behind_pooling(configuration: Mapping[str, Any]) -> bool:
    """M1.1 and later put this preprocessor where a layer follows global pooling over time."""
    confs, preprocessors = configuration.get("confs"), configuration.get("inputPreProcessors")
    if not isinstance(confs, list) or not isinstance(preprocessors, dict):
        return False
    for key, said in preprocessors.items():
        behind = int(key) - 1 if str(key).isdigit() and len(str(key)) < 6 else -1
        before = confs[behind] if 0 <= behind < len(confs) else None
        layer = before.get("layer") if isinstance(before, dict) else None
        pooled = isinstance(layer, dict) and str(layer.get("@class", "")).endswith("GlobalPoolingLayer")
        if pooled and isinstance(said, dict) and str(said.get("@class", "")).endswith("RnnToFeedForwardPreProcessor"):
            return True
    return False


def _layers(configuration: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    """Every conf with its layer's own fields, wrapped or not, wherever it stands."""
    for item in _objects(configuration):
        layer = item.get("layer")
        if "variables" in item and isinstance(layer, dict):
            inner = next(iter(layer.values()), None) if len(layer) == 1 else layer
            yield item, inner if isinstance(inner, dict) else layer


def _objects(value: Any) -> Iterator[Mapping[str, Any]]:
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            yield item
            waiting.extend(item.values())
        elif isinstance(item, list):
            waiting.extend(item)
