"""Dropouts: `org.deeplearning4j.nn.conf.dropout`. DL4J says the probability of keeping, netspec that of dropping."""

from typing import Any, ClassVar

from netspec.interop.dl4j.said import Said
from netspec.interop.dl4j.translator import Reading, Translator

_PACKAGE = "org.deeplearning4j.nn.conf.dropout."


def complement(keep: float) -> float:
    """1 − keep, without the noise of binary fractions: 0.8 → 0.2.

    >>> complement(0.8), complement(0.7), complement(0.123456789)
    (0.2, 0.3, 0.876543211)
    """
    return round(1 - keep, 15)


class Dropout(Translator):
    family: ClassVar[str] = "dropouts"
    java = _PACKAGE + "Dropout"
    tag = "dropout"
    keys: ClassVar[tuple[str, str]] = ("p", "pSchedule")

    @classmethod
    def read(cls, said: Said, reading: Reading) -> Any:
        """A probability of 0 or 1 is none."""
        said.ignore("initializedHelper", "helper", "helperCountFail", "helperAllowFallback", "workspaceMgr")
        if said.raw(cls.keys[1]) is not None or said.raw(cls.keys[1].lower()) is not None:
            reading.unspoken(f"{said.simple} with a schedule", said.place)
        keep = said.number_or_none(cls.keys[0]) or 0.0
        if keep in (0.0, 1.0):
            return None
        return {"type": cls.tag, "rate": complement(keep)}

    @classmethod
    def write(cls, component: Any) -> dict[str, Any]:
        """The probability of keeping."""
        return {"@class": cls.java, cls.keys[0]: complement(component.rate.start)}


class SpatialDropout(Dropout):
    java = _PACKAGE + "SpatialDropout"
    tag = "spatial"
