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


class _Gaussian(Translator):
    family: ClassVar[str] = "dropouts"
    foreign: ClassVar[str]
    """DL4J's name of its number; with Schedule behind it, of what may stand instead."""

    word: ClassVar[str]

    @classmethod
    def read(cls, said: Said, reading: Reading) -> Any:
        """None where there is no noise."""
        number = read_number(said, cls.foreign, f"{cls.foreign}Schedule", reading)
        return None if number in (0, None) else {"type": cls.tag, cls.word: number}

    @classmethod
    def write(cls, component: Any) -> dict[str, Any]:
        """Its number."""
        return {"@class": cls.java, **write_number(cls.foreign, f"{cls.foreign}Schedule", getattr(component, cls.word))}


class GaussianDropout(_Gaussian):
    """A rate of dropping in DL4J too."""

    java = _PACKAGE + "GaussianDropout"
    tag = "gaussian"
    foreign = word = "rate"


class GaussianNoise(_Gaussian):
    java = _PACKAGE + "GaussianNoise"
    tag = "gaussian_noise"
    foreign = "stddev"
    word = "std"
