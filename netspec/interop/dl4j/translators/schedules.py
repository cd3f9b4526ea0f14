"""Schedules: `org.nd4j.linalg.schedule`. DL4J counts iterations or epochs (`scheduleType`), netspec says `per`."""

from typing import Any, ClassVar

from netspec.interop.dl4j.said import Said
from netspec.interop.dl4j.translator import Reading, Translator

_PACKAGE = "org.nd4j.linalg.schedule."
_MOST_STEPS = 10**6


class _Schedule(Translator):
    family: ClassVar[str] = "schedules"

    @classmethod
    def read(cls, said: Said, reading: Reading) -> Any:
        """What is counted is said only where it is not the iteration."""
        per = {"per": "epoch"} if said.text("scheduleType", "ITERATION") == "EPOCH" else {}
        return super().read(said, reading) | per

    @classmethod
    def write(cls, component: Any) -> dict[str, Any]:
        """What is counted is always said."""
        return {**super().write(component), "scheduleType": component.per.upper()}


class Fixed(Translator):
    """A bare number in a spec."""

    family: ClassVar[str] = "schedules"
    java = _PACKAGE + "FixedSchedule"
    tag = "fixed"
    fields: ClassVar = {"value": "value"}

    @classmethod
    def read(cls, said: Said, reading: Reading) -> Any:
        """The number alone."""
        return said.number("value")


class Step(_Schedule):
    java = _PACKAGE + "StepSchedule"
    tag = "step"
    fields: ClassVar = {"initialValue": "initial", "decayRate": "decay", "step": "every"}

    @classmethod
    def read(cls, said: Said, reading: Reading) -> Any:
        """DL4J stores the width of a step as a real number."""
        found = super().read(said, reading)
        width = said.number("step")
        return found | {"every": int(width) if width == int(width) else width}


class Exponential(_Schedule):
    java = _PACKAGE + "ExponentialSchedule"
    tag = "exponential"
    fields: ClassVar = {"initialValue": "initial", "gamma": "gamma"}


class Inverse(_Schedule):
    java = _PACKAGE + "InverseSchedule"
    tag = "inverse"
    fields: ClassVar = {"initialValue": "initial", "gamma": "gamma", "power": "power"}


class Poly(_Schedule):
    """It rises in DL4J: netspec's `dl4j_poly`."""

    java = _PACKAGE + "PolySchedule"
    tag = "dl4j_poly"
    fields: ClassVar = {"initialValue": "initial", "power": "power", "maxIter": "over"}

    @classmethod
    def read(cls, said: Said, reading: Reading) -> Any:
        """Its rise is an oddity to be said."""
        reading.report.mistake("poly-schedule-grows", said.place)
        return super().read(said, reading)


class Sigmoid(_Schedule):
    java = _PACKAGE + "SigmoidSchedule"
    tag = "sigmoid"
    fields: ClassVar = {"initialValue": "initial", "gamma": "gamma", "stepSize": "step"}


class Map(_Schedule):
    java = _PACKAGE + "MapSchedule"
    tag = "map"
    silent: ClassVar = {"allKeysSorted": None}

    @classmethod
    def read(cls, said: Said, reading: Reading) -> Any:
        """Keys are texts in JSON, in any order."""
        values = said.inner("values")
        pairs = {} if values is None else {key: values.number(key) for key in values.values}
        ordered = sorted(pairs.items(), key=lambda pair: int(pair[0]) if pair[0].isdigit() else 0)
        return super().read(said, reading) | {"values": {int(key) if key.isdigit() else key: value for key, value in ordered}}

    @classmethod
    def write(cls, component: Any) -> dict[str, Any]:
        """Keys as texts."""
        return {"@class": cls.java, "scheduleType": component.per.upper(), "values": {str(key): value for key, value in component.values.items()}}


class Cycle(_Schedule):
    """DL4J's own rounding: netspec's `dl4j_cycle`."""

    java = _PACKAGE + "CycleSchedule"
    tag = "dl4j_cycle"
    silent: ClassVar = {"increment": None, "stepSize": None}
    fields: ClassVar = {
        "initialLearningRate": "initial",
        "maxLearningRate": "peak",
        "cycleLength": "length",
        "annealingLength": "annealing",
        "annealingDecay": "decay",
    }

    @classmethod
    def write(cls, component: Any) -> dict[str, Any]:
        """With the two figures that DL4J derives and stores."""
        half = (component.length - component.annealing) // 2
        return {**super().write(component), "increment": (component.peak - component.initial) / max(half, 1), "stepSize": half}


class Ramp(Translator):
    """DL4J writes neither of its fields: there is nothing to train with."""

    family: ClassVar[str] = "schedules"
    java = _PACKAGE + "RampSchedule"

    @classmethod
    def read(cls, said: Said, reading: Reading) -> Any:
        """Nothing is known of it."""
        reading.refuse_training("ramp-schedule-lost", said.place)
        return None


class _Policy(Translator):
    """A rate policy of releases up to 0.9.1, applied at every iteration to the rate that it gave the one before."""

    family: ClassVar[str] = "schedules"

    @classmethod
    def base(cls, said: Said, reading: Reading) -> dict[str, Any]:
        """The schedule that compounds."""
        raise NotImplementedError

    @classmethod
    def read(cls, said: Said, reading: Reading) -> Any:
        """netspec's `dl4j_compounding`."""
        said.ignore("decayRate", "power", "steps", "iterations")
        reading.report.mistake("policy-compounds", said.place)
        return {"type": "dl4j_compounding", "decay": cls.base(said, reading) | {"initial": said.number("initialValue")}}


class ExponentialPolicy(_Policy):
    java = "learningRatePolicy Exponential"

    @classmethod
    def base(cls, said: Said, reading: Reading) -> dict[str, Any]:
        """decayRate^i."""
        return {"type": "exponential", "gamma": said.number("decayRate")}


class StepPolicy(_Policy):
    java = "learningRatePolicy Step"

    @classmethod
    def base(cls, said: Said, reading: Reading) -> dict[str, Any]:
        """decayRate^⌊i/steps⌋."""
        return {"type": "step", "decay": said.number("decayRate"), "every": said.number("steps")}


class InversePolicy(_Policy):
    java = "learningRatePolicy Inverse"

    @classmethod
    def base(cls, said: Said, reading: Reading) -> dict[str, Any]:
        """1/(1 + decayRate·i)^power."""
        return {"type": "inverse", "gamma": said.number("decayRate"), "power": said.number("power")}


class SigmoidPolicy(_Policy):
    java = "learningRatePolicy Sigmoid"

    @classmethod
    def base(cls, said: Said, reading: Reading) -> dict[str, Any]:
        """1/(1 + e^(−decayRate·(i − steps)))."""
        return {"type": "sigmoid", "gamma": said.number("decayRate"), "step": int(said.number("steps"))}


class PolyPolicy(_Policy):
    java = "learningRatePolicy Poly"

    @classmethod
    def base(cls, said: Said, reading: Reading) -> dict[str, Any]:
        """(1 − i/iterations)^power, where `iterations` is usually 1."""
        reading.report.mistake("poly-past-its-end", said.place)
        return {"type": "poly", "power": said.number("power"), "over": said.integer("iterations", 1)}


class TorchStepPolicy(Translator):
    """The rate falls at each iteration above 1 that divides `steps`, and does not compound."""

    family: ClassVar[str] = "schedules"
    java = "learningRatePolicy TorchStep"

    @classmethod
    def read(cls, said: Said, reading: Reading) -> Any:
        """Its values one by one."""
        said.ignore("power", "iterations")
        rate, decay, steps = said.number("initialValue"), said.number("decayRate"), int(said.number("steps"))
        falls = [count for count in range(2, min(steps, _MOST_STEPS) + 1) if steps % count == 0]
        return {"type": "map", "values": {0: rate} | {count: rate * decay ** (index + 1) for index, count in enumerate(falls)}}
