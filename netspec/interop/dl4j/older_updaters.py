"""Updaters of releases up to beta3: words with numbers beside them, rate policies, a rate of the biases' own."""

from collections.abc import Mapping
from typing import Any

from netspec.interop.dl4j.eras import Era
from netspec.interop.dl4j.said import Said
from netspec.interop.dl4j.translator import Reading, modern_name

_SCHEDULE = "org.nd4j.linalg.schedule."
_FIELDS = {
    "ADAM": {"adamMeanDecay": "beta1", "adamVarDecay": "beta2", "epsilon": "epsilon"},
    "NESTEROVS": {"momentum": "momentum"},
    "ADAGRAD": {"epsilon": "epsilon"},
    "RMSPROP": {"rmsDecay": "rmsDecay", "epsilon": "epsilon"},
    "ADADELTA": {"rho": "rho", "epsilon": "epsilon"},
}
_FIELDS |= {"ADAMAX": _FIELDS["ADAM"], "NADAM": _FIELDS["ADAM"]}
_DEFAULTS = {"ADADELTA": {"rho": 0.95}}
_GONE = (
    *("updater", "learningRate", "biasLearningRate", "learningRateSchedule", "momentum", "momentumSchedule", "rho", "rmsDecay"),
    *("adamMeanDecay", "adamVarDecay", "epsilon"),
)


def modern_updaters(values: dict[str, Any], conf: Said, reading: Reading, place: str) -> None:
    """`iupdater` and `biasUpdater`, from whatever the release wrote."""
    if reading.era >= Era.ALPHA:
        return
    said = Said({key: values.pop(key, None) for key in _GONE}, place)
    updater = values.get("iupdater") if isinstance(values.get("iupdater"), Mapping) else _from_word(said, reading, place)
    if updater is None:
        return
    rate = updater.get("learningRate")
    if conf.text("learningRatePolicy", "None") == "Score":
        reading.report.mistake("unresolved-score-policy", place)
    scheduled = dict(updater) | _rate_schedule(said, conf, rate) | _momentum_schedule(said)
    values["iupdater"] = scheduled
    bias_rate = said.number_or_none("biasLearningRate")
    if bias_rate is not None and rate is not None and bias_rate != rate:
        values["biasUpdater"] = scheduled | {"learningRate": bias_rate} | _rate_schedule(said, conf, bias_rate)
        if reading.era == Era.V0_9_1:
            reading.report.mistake("bias-rate-of-0-9", place)


def _from_word(said: Said, reading: Reading, place: str) -> dict[str, Any] | None:
    word = said.raw("updater")
    if not isinstance(word, str):
        return None
    known = _FIELDS.get(word, {})
    found = {theirs: said.number_or_none(ours) for ours, theirs in known.items()}
    set_ = {key: value for key, value in found.items() if value is not None}
    for key, value in _DEFAULTS.get(word, {}).items():
        if key not in set_:
            set_[key] = value
            reading.report.mistake("rho-unset", place)
    if reading.era == Era.V0_5_0 and word in ("ADAM", "ADADELTA"):
        reading.report.mistake("updaters-of-0-5", place)
    rate = said.number_or_none("learningRate")
    return {"@class": modern_name("updaters", word), **({} if rate is None else {"learningRate": rate}), **set_}


def _rate_schedule(said: Said, conf: Said, rate: Any) -> dict[str, Any]:
    """The policy as a schedule; all but `Schedule` compound, which is another function than the schedule of that name."""
    policy = conf.text("learningRatePolicy", "None")
    if policy in ("None", "Score") or not isinstance(rate, int | float):
        return {}
    if policy == "Schedule":
        return {"learningRateSchedule": _map(said.inner("learningRateSchedule"), rate)}
    numbers = {key: conf.number_or_none(f"lrPolicy{key}") for key in ("DecayRate", "Power", "Steps")}
    settings = {"decayRate": numbers["DecayRate"], "power": numbers["Power"], "steps": numbers["Steps"]}
    about = {key: value for key, value in settings.items() if value is not None} | {"iterations": conf.integer("numIterations", 1)}
    return {"learningRateSchedule": {"@class": f"learningRatePolicy {policy}", "initialValue": rate, **about}}


def _momentum_schedule(said: Said) -> dict[str, Any]:
    found, momentum = said.inner("momentumSchedule"), said.number_or_none("momentum")
    return {"momentumISchedule": _map(found, momentum)} if found and found.values and momentum is not None else {}


def _map(said: Said | None, start: float) -> dict[str, Any]:
    values = {"0": start} | ({key: said.number(key) for key in said.values} if said else {})
    return {"@class": f"{_SCHEDULE}MapSchedule", "scheduleType": "ITERATION", "values": values}
