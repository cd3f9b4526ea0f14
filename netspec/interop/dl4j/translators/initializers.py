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
    """√3 times as wide as netspec's `lecun_uniform`."""

    java = _PACKAGE + "LecunUniform"
    old = ("LECUN_UNIFORM",)
    tag = "dl4j_lecun_uniform"


class Uniform(_Initializer):
    """DL4J's UNIFORM is what torch gives its own layers; netspec's `uniform` is its UniformDistribution."""

    java = _PACKAGE + "Uniform"
    old = ("UNIFORM",)
    tag = "torch_default"


class Identity(_Initializer):
    java = _PACKAGE + "Identity"
    old = ("IDENTITY",)
    tag = "identity"
    fields: ClassVar = {"scale": "scale"}


class _Scaled(_Initializer):
    fields: ClassVar = {"scale": "scale"}


class VarScalingNormalFanIn(_Scaled):
    java = _PACKAGE + "VarScalingNormalFanIn"
    old = ("VAR_SCALING_NORMAL_FAN_IN",)
    tag = "var_scaling_normal_fan_in"


class VarScalingNormalFanOut(_Scaled):
    java = _PACKAGE + "VarScalingNormalFanOut"
    old = ("VAR_SCALING_NORMAL_FAN_OUT",)
    tag = "var_scaling_normal_fan_out"


class VarScalingNormalFanAvg(_Scaled):
    java = _PACKAGE + "VarScalingNormalFanAvg"
    old = ("VAR_SCALING_NORMAL_FAN_AVG",)
    tag = "var_scaling_normal_fan_avg"


class VarScalingUniformFanIn(_Scaled):
    """In DL4J's uniform ones the scale multiplies the bound."""

    java = _PACKAGE + "VarScalingUniformFanIn"
    old = ("VAR_SCALING_UNIFORM_FAN_IN",)
    tag = "dl4j_var_scaling_uniform_fan_in"


class VarScalingUniformFanOut(_Scaled):
    java = _PACKAGE + "VarScalingUniformFanOut"
    old = ("VAR_SCALING_UNIFORM_FAN_OUT",)
    tag = "dl4j_var_scaling_uniform_fan_out"


class VarScalingUniformFanAvg(_Scaled):
    java = _PACKAGE + "VarScalingUniformFanAvg"
    old = ("VAR_SCALING_UNIFORM_FAN_AVG",)
    tag = "dl4j_var_scaling_uniform_fan_avg"


class Relu(_Initializer):
    java = _PACKAGE + "Relu"
    old = ("RELU",)
    tag = "relu"


class ReluUniform(_Initializer):
    java = _PACKAGE + "ReluUniform"
    old = ("RELU_UNIFORM",)
    tag = "relu_uniform"


class SigmoidUniform(_Initializer):
    java = _PACKAGE + "SigmoidUniform"
    old = ("SIGMOID_UNIFORM", "SIZE")
    tag = "sigmoid_uniform"


class Constant(_Initializer):
    """ZERO and ONES are this class with a value."""

    java = _PACKAGE + "Constant"
    tag = "constant"
    also = ("zero", "ones")

    @classmethod
    def read(cls, said: Said, reading: Reading) -> Any:
        """Zero and one have words of their own."""
        value = said.number("value", 0.0)
        return {0.0: "zero", 1.0: "ones"}.get(value, {"type": "constant", "value": value})

    @classmethod
    def write(cls, component: Any) -> dict[str, Any]:
        """The number."""
        return {"@class": cls.java, "value": 1.0 if component.type == "ones" else getattr(component, "value", 0.0)}


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
        return "ones"


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


class ConstantDistribution(_Distribution):
    java = _DISTRIBUTIONS + "ConstantDistribution"
    fields: ClassVar = {"value": "value"}

    @classmethod
    def read(cls, said: Said, reading: Reading) -> Any:
        """The number."""
        return {"type": "constant", "value": said.number("value")}


class BinomialDistribution(_Distribution):
    java = _DISTRIBUTIONS + "BinomialDistribution"
    old = ("binomial",)
    tag = "binomial"
    fields: ClassVar = {"numberOfTrials": "trials", "probabilityOfSuccess": "probability"}


class LogNormalDistribution(_Distribution):
    java = _DISTRIBUTIONS + "LogNormalDistribution"
    old = ("log_normal",)
    tag = "log_normal"
    fields: ClassVar = {"mean": "mean", "std": "std"}


class OrthogonalDistribution(_Distribution):
    java = _DISTRIBUTIONS + "OrthogonalDistribution"
    old = ("orthogonal",)
    tag = "orthogonal"
    fields: ClassVar = {"gain": "gain"}


class TruncatedNormalDistribution(_Distribution):
    java = _DISTRIBUTIONS + "TruncatedNormalDistribution"
    old = ("truncated_normal",)
    tag = "truncated_normal"
    fields: ClassVar = {"mean": "mean", "std": "std"}
