"""Schedules: `org.nd4j.linalg.schedule`. DL4J counts iterations or epochs (`scheduleType`), netspec says `per`."""

from typing import Any, ClassVar

from netspec.interop.dl4j.said import Said
from netspec.interop.dl4j.translator import Reading, Translator

_PACKAGE = "org.nd4j.linalg.schedule."


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
