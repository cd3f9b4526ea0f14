"""Dropouts: `org.deeplearning4j.nn.conf.dropout`. DL4J says the probability of keeping, netspec that of dropping."""

from typing import Any, ClassVar

from netspec.interop.dl4j.numbers import complement, keeping, read_number, write_number
from netspec.interop.dl4j.said import Said
from netspec.interop.dl4j.translator import Reading, Translator

_PACKAGE = "org.deeplearning4j.nn.conf.dropout."
_HELPERS = ("initializedHelper", "helper", "helperCountFail", "helperAllowFallback", "workspaceMgr")


class Dropout(Translator):
    """A probability of 0 or 1 is none."""

    family: ClassVar[str] = "dropouts"
    java = _PACKAGE + "Dropout"
    tag = "dropout"

    @classmethod
    def read(cls, said: Said, reading: Reading) -> Any:
        """None where nothing is dropped."""
        said.ignore(*_HELPERS, *cls.silent)
        keep = read_number(said, "p", "pschedule", reading)
        return None if keep in (0, 1, None) else {"type": cls.tag, "rate": complement(keep)}

    @classmethod
    def write(cls, component: Any) -> dict[str, Any]:
        """The probability of keeping."""
        return {"@class": cls.java, **cls.silent, **write_number("p", "pschedule", keeping(component.rate))}


class SpatialDropout(Dropout):
    java = _PACKAGE + "SpatialDropout"
    tag = "spatial"


class AlphaDropout(Dropout):
    """Its constants are those of SELU."""

    java = _PACKAGE + "AlphaDropout"
    tag = "alpha"
    silent: ClassVar = {"alpha": 1.6732632423543772, "lambda": 1.0507009873554804}


class GaussianDropout(Translator):
    """A rate of dropping in DL4J too."""

    family: ClassVar[str] = "dropouts"
    java = _PACKAGE + "GaussianDropout"
    tag = "gaussian"

    @classmethod
    def read(cls, said: Said, reading: Reading) -> Any:
        """None where there is no noise."""
        rate = read_number(said, "rate", "rateSchedule", reading)
        return None if rate in (0, None) else {"type": cls.tag, "rate": rate}

    @classmethod
    def write(cls, component: Any) -> dict[str, Any]:
        """The rate."""
        return {"@class": cls.java, **write_number("rate", "rateSchedule", component.rate)}


class GaussianNoise(Translator):
    family: ClassVar[str] = "dropouts"
    java = _PACKAGE + "GaussianNoise"
    tag = "gaussian_noise"

    @classmethod
    def read(cls, said: Said, reading: Reading) -> Any:
        """None where there is no noise."""
        std = read_number(said, "stddev", "stddevSchedule", reading)
        return None if std in (0, None) else {"type": cls.tag, "std": std}

    @classmethod
    def write(cls, component: Any) -> dict[str, Any]:
        """The deviation."""
        return {"@class": cls.java, **write_number("stddev", "stddevSchedule", component.std)}
