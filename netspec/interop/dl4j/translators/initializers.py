"""Initial weights: `org.deeplearning4j.nn.weights.WeightInit…`, and distributions, which netspec does not tell apart."""

from typing import Any, ClassVar

from netspec.interop.dl4j.said import Said
from netspec.interop.dl4j.translator import Reading, Translator, read_object

_PACKAGE = "org.deeplearning4j.nn.weights.WeightInit"
_DISTRIBUTIONS = "org.deeplearning4j.nn.conf.distribution."


class _Initializer(Translator):
    family: ClassVar[str] = "initializers"


class Xavier(_Initializer):
    java = _PACKAGE + "Xavier"
    old = ("XAVIER",)
    tag = "xavier"


class XavierUniform(_Initializer):
    java = _PACKAGE + "XavierUniform"
    old = ("XAVIER_UNIFORM", "VI")
    tag = "xavier_uniform"


class XavierLegacy(_Initializer):
    java = _PACKAGE + "XavierLegacy"
    old = ("XAVIER_LEGACY",)
    tag = "xavier_legacy"


class LecunNormal(_Initializer):
    """DL4J's NORMAL, LECUN_NORMAL and XAVIER_FAN_IN are one class; netspec's `normal` is its NormalDistribution."""

    java = _PACKAGE + "Normal"
    old = ("NORMAL", "LECUN_NORMAL", "XAVIER_FAN_IN")
    tag = "lecun_normal"


class LecunUniform(_Initializer):
    java = _PACKAGE + "LecunUniform"
    old = ("LECUN_UNIFORM",)
    tag = "lecun_uniform"


class Relu(_Initializer):
    java = _PACKAGE + "Relu"
    old = ("RELU",)
    tag = "relu"


class ReluUniform(_Initializer):
    java = _PACKAGE + "ReluUniform"
    old = ("RELU_UNIFORM",)
    tag = "relu_uniform"


class UniformFanIn(_Initializer):
    """U(±1/√fan_in); netspec's `uniform` is DL4J's UniformDistribution."""

    java = _PACKAGE + "Uniform"
    old = ("UNIFORM",)
    tag = "uniform_fan_in"


class SigmoidUniform(_Initializer):
    java = _PACKAGE + "SigmoidUniform"
    old = ("SIGMOID_UNIFORM", "SIZE")
    tag = "sigmoid_uniform"


class Constant(_Initializer):
    """ZERO and ONES are this class with a value."""

    java = _PACKAGE + "Constant"
    tag = "constant"
    also = ("zero",)

    @classmethod
    def read(cls, said: Said, reading: Reading) -> Any:
        """Zero has a word of its own."""
        value = said.number("value", 0.0)
        return "zero" if value == 0 else {"type": "constant", "value": value}

    @classmethod
    def write(cls, component: Any) -> dict[str, Any]:
        """The number."""
        return {"@class": cls.java, "value": getattr(component, "value", 0.0)}


class Zero(_Initializer):
    """What files of old releases say for 0; M2.1 writes `WeightInitConstant`."""

    java = _PACKAGE + "Zero"
    old = ("ZERO",)
    tag = "zero"

    @classmethod
    def write(cls, component: Any) -> dict[str, Any]:
        """As M2.1 writes it."""
        return Constant.write(component)


class Ones(_Initializer):
    java = _PACKAGE + "Ones"
    old = ("ONES",)

    @classmethod
    def read(cls, said: Said, reading: Reading) -> Any:
        """The number 1."""
        return {"type": "constant", "value": 1.0}


class Distribution(_Initializer):
    """A wrapper around a distribution."""

    java = _PACKAGE + "Distribution"

    @classmethod
    def read(cls, said: Said, reading: Reading) -> Any:
        """The distribution itself."""
        return read_object("initializers", said.inner("distribution"), reading)


class _Distribution(_Initializer):
    @classmethod
    def write(cls, component: Any) -> dict[str, Any]:
        """Wrapped, as a layer's field wants it."""
        inside = super().write(component)
        return {"@class": Distribution.java, "distribution": {"type": inside.pop("@class"), **inside}}


class NormalDistribution(_Distribution):
    java = _DISTRIBUTIONS + "NormalDistribution"
    old = ("normal",)
    tag = "normal"
    fields: ClassVar = {"mean": "mean", "std": "std"}


class GaussianDistribution(_Distribution):
    java = _DISTRIBUTIONS + "GaussianDistribution"
    old = ("gaussian",)
    tag = "normal"
    fields: ClassVar = {"mean": "mean", "std": "std"}


class UniformDistribution(_Distribution):
    java = _DISTRIBUTIONS + "UniformDistribution"
    old = ("uniform",)
    tag = "uniform"
    fields: ClassVar = {"lower": "low", "upper": "high"}
