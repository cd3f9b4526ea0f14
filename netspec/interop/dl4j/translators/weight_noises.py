"""Weight noises: `org.deeplearning4j.nn.conf.weightnoise`."""

from typing import Any, ClassVar

from netspec.interop.dl4j.numbers import complement, keeping, read_number, write_number
from netspec.interop.dl4j.said import Said
from netspec.interop.dl4j.translator import Reading, Translator, read_object, write_object

_PACKAGE = "org.deeplearning4j.nn.conf.weightnoise."


def _biases(said: Said, key: str, reading: Reading) -> dict[str, Any]:
    if not said.flag(key, False):
        return {}
    reading.report.mistake("bias-noise-in-test-mode", said.place)
    return {"apply_to_biases": True}


class DropConnect(Translator):
    family: ClassVar[str] = "weight_noises"
    java = _PACKAGE + "DropConnect"
    tag = "drop_connect"

    @classmethod
    def read(cls, said: Said, reading: Reading) -> Any:
        """The probability of dropping."""
        keep = read_number(said, "weightRetainProb", "weightRetainProbSchedule", reading)
        return {"type": cls.tag, "rate": complement(1 if keep is None else keep), **_biases(said, "applyToBiases", reading)}

    @classmethod
    def write(cls, component: Any) -> dict[str, Any]:
        """The probability of keeping."""
        numbers = write_number("weightRetainProb", "weightRetainProbSchedule", keeping(component.rate))
        return {"@class": cls.java, "applyToBiases": component.apply_to_biases, **numbers}


class WeightNoise(Translator):
    family: ClassVar[str] = "weight_noises"
    java = _PACKAGE + "WeightNoise"
    tag = "weight_noise"

    @classmethod
    def read(cls, said: Said, reading: Reading) -> Any:
        """Its distribution is one of the initial weights'."""
        distribution = read_object("initializers", said.inner("distribution"), reading)
        return {"type": cls.tag, "distribution": distribution, "additive": said.flag("additive", True), **_biases(said, "applyToBias", reading)}

    @classmethod
    def write(cls, component: Any) -> dict[str, Any]:
        """The distribution bare, without a layer's wrapper. Raises: LookupError for one that only layers have."""
        written = write_object("initializers", component.distribution)
        if "distribution" not in written:
            raise LookupError(component.distribution.type)
        noise = {"additive": component.additive, "applyToBias": component.apply_to_biases}
        return {"@class": cls.java, "distribution": written["distribution"], **noise}
