"""L1, L2 and weight decay: `regularization`, `regularizationBias`, lists that are taken literally."""

from collections.abc import Callable, Mapping
from typing import Any

from netspec.component import Component
from netspec.interop.dl4j.said import Said
from netspec.interop.dl4j.setting import Setting
from netspec.interop.dl4j.translator import Reading, read_object, write_object
from netspec.layers import Layer, WeightedLayer
from netspec.schedules import Schedule

_PACKAGE = "org.nd4j.linalg.learning.regularization."


class RegularizationSetting(Setting):
    """One word for each kind; a kind that stands twice in the list counts twice."""

    order = 40

    @classmethod
    def read(cls, said: Said, reading: Reading) -> dict[str, Any]:
        """`l1`, `l2`, `weight_decay` and those of the biases."""
        return _words(said, "regularization", "", reading) | _words(said, "regularizationBias", "_bias", reading)

    @classmethod
    def write(cls, layer: Layer) -> dict[str, Any]:
        """Coefficients of 0 are left out."""
        if not isinstance(layer, WeightedLayer):
            return {}
        return {"regularization": _list(layer, ""), "regularizationBias": _list(layer, "_bias")}

    @classmethod
    def matters(cls, member: type[Component], value: Any) -> bool:
        """Layers without weights have nothing to keep small."""
        return super().matters(member, value)


def _words(said: Said, key: str, suffix: str, reading: Reading) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for item in said.inners(key):
        kind = {"L1Regularization": "l1", "L2Regularization": "l2", "WeightDecay": "weight_decay"}.get(item.simple)
        if kind is None:
            reading.unspoken(item.simple, item.place)
            continue
        value = _coefficient(item, "coeff" if kind == "weight_decay" else kind, reading)
        if kind == "weight_decay":
            times_rate = {} if item.flag("applyLR", True) else {"times_rate": False}
            value = {"value": value, **times_rate} if times_rate or isinstance(value, dict) else value
        word = kind + suffix
        found[word] = _twice(found[word], value, word, item, reading) if word in found else value
    return {word: value for word, value in found.items() if value != 0}


def _coefficient(item: Said, key: str, reading: Reading) -> Any:
    value = item.raw(key)
    return read_object("schedules", item.inner(key), reading) if isinstance(value, dict) else item.number(key)


def _twice(first: Any, second: Any, word: str, item: Said, reading: Reading) -> Any:
    """The sum of two entries of one kind."""
    if first == second and isinstance(first, dict) and first.keys() & _SCALES.keys():
        reading.report.mistake("weight-decay-twice", item.place)
        return {key: _SCALES[key](value) if key in _SCALES else value for key, value in first.items()}
    if isinstance(first, dict) and isinstance(second, dict) and "value" in first and first.keys() == second.keys():
        return first | {"value": _twice(first["value"], second["value"], word, item, reading)}
    if not isinstance(first, int | float) or not isinstance(second, int | float):
        reading.unspoken(f"{item.simple} twice, with different settings", item.place)
        return first
    if word.startswith("weight_decay"):
        reading.report.mistake("weight-decay-twice", item.place, f"{first + second:g}")
    return first + second


_SCALES: Mapping[str, Callable[[Any], Any]] = {
    "initial": lambda value: 2 * value,
    "peak": lambda value: 2 * value,
    "values": lambda values: {key: 2 * value for key, value in values.items()},
}
"""What doubles a schedule, by the words of netspec's schedules."""


def _list(layer: WeightedLayer, suffix: str) -> list[dict[str, Any]]:
    l1, l2, decay = (getattr(layer, f"{kind}{suffix}") for kind in ("l1", "l2", "weight_decay"))
    found = [{"@class": f"{_PACKAGE}{kind.upper()}Regularization", kind: _schedule(value)} for kind, value in (("l1", l1), ("l2", l2)) if _acts(value)]
    if decay is not None and _acts(decay.value):
        found.append({"@class": f"{_PACKAGE}WeightDecay", "coeff": _schedule(decay.value), "applyLR": decay.times_rate})
    return found


def _acts(value: Schedule | None) -> bool:
    return value is not None and not (value.constant and value.start == 0)


def _schedule(value: Schedule) -> dict[str, Any]:
    return write_object("schedules", value)
