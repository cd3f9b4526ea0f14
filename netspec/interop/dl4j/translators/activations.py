"""Activations: `org.nd4j.linalg.activations.impl`."""

from typing import Any, ClassVar

from netspec.interop.dl4j.said import Said
from netspec.interop.dl4j.translator import Reading, Translator

_PACKAGE = "org.nd4j.linalg.activations.impl.Activation"


class _Activation(Translator):
    family: ClassVar[str] = "activations"


class Cube(_Activation):
    java = _PACKAGE + "Cube"
    old = ("Cube",)
    tag = "cube"


class Elu(_Activation):
    java = _PACKAGE + "ELU"
    old = ("ELU",)
    tag = "elu"
    fields: ClassVar = {"alpha": "alpha"}


class Gelu(_Activation):
    """DL4J's two formulas are netspec's `dl4j_gelu`; `gelu` itself is neither."""

    java = _PACKAGE + "GELU"
    tag = "dl4j_gelu"
    fields: ClassVar = {"precise": "precise"}

    @classmethod
    def read(cls, said: Said, reading: Reading) -> Any:
        """The formula that the file asks for."""
        if said.flag("precise", False):
            reading.report.mistake("gelu-precise-formula", said.place)
        return super().read(said, reading)


class HardSigmoid(_Activation):
    java = _PACKAGE + "HardSigmoid"
    old = ("HardSigmoid",)
    tag = "hardsigmoid"


class HardTanh(_Activation):
    java = _PACKAGE + "HardTanH"
    old = ("HardTanh", "HardTanH")
    tag = "hardtanh"


class Identity(_Activation):
    java = _PACKAGE + "Identity"
    old = ("Identity", "linear")
    tag = "identity"


class LeakyRelu(_Activation):
    java = _PACKAGE + "LReLU"
    old = ("LReLU", "leakyrelu")
    tag = "leakyrelu"
    fields: ClassVar = {"alpha": "alpha"}


class Mish(_Activation):
    java = _PACKAGE + "Mish"
    tag = "mish"


class RationalTanh(_Activation):
    java = _PACKAGE + "RationalTanh"
    old = ("RationalTanh",)
    tag = "rationaltanh"


class RectifiedTanh(_Activation):
    java = _PACKAGE + "RectifiedTanh"
    old = ("RectifiedTanh",)
    tag = "rectifiedtanh"


class Relu(_Activation):
    java = _PACKAGE + "ReLU"
    old = ("ReLU",)
    tag = "relu"
    fields: ClassVar = {"max": "max", "threshold": "threshold", "negativeSlope": "negative_slope"}

    @classmethod
    def read(cls, said: Said, reading: Reading) -> Any:
        """Zeros are DL4J's way to leave a field out; a maximum of 0 is one."""
        found = super().read(said, reading)
        return {key: value for key, value in found.items() if value != 0 or key == "max"}

    @classmethod
    def write(cls, component: Any) -> dict[str, Any]:
        """Null for 0, with which DL4J's derivative at 0 is another."""
        return {key: value if value != 0 or key == "max" else None for key, value in super().write(component).items()}


class Relu6(_Activation):
    java = _PACKAGE + "ReLU6"
    tag = "relu6"
    silent: ClassVar = {}


class RRelu(_Activation):
    java = _PACKAGE + "RReLU"
    old = ("RReLU",)
    tag = "dl4j_rrelu"
    fields: ClassVar = {"l": "lower", "u": "upper"}

    @classmethod
    def read(cls, said: Said, reading: Reading) -> Any:
        """What it does in prediction is odd."""
        reading.report.mistake("rrelu-test-mode", said.place)
        return super().read(said, reading)


class Selu(_Activation):
    java = _PACKAGE + "SELU"
    old = ("SELU",)
    tag = "selu"


class Sigmoid(_Activation):
    java = _PACKAGE + "Sigmoid"
    old = ("Sigmoid",)
    tag = "sigmoid"


class Softmax(_Activation):
    java = _PACKAGE + "Softmax"
    old = ("Softmax",)
    tag = "softmax"
    also = ("dl4j_softmax",)


class SoftPlus(_Activation):
    java = _PACKAGE + "SoftPlus"
    old = ("SoftPlus",)
    tag = "softplus"


class SoftSign(_Activation):
    java = _PACKAGE + "SoftSign"
    old = ("SoftSign",)
    tag = "softsign"


class Swish(_Activation):
    java = _PACKAGE + "Swish"
    old = ("SWISH", "Swish")
    tag = "swish"


class Tanh(_Activation):
    java = _PACKAGE + "TanH"
    old = ("TanH",)
    tag = "tanh"


class ThresholdedRelu(_Activation):
    java = _PACKAGE + "ThresholdedReLU"
    tag = "thresholdedrelu"
    fields: ClassVar = {"theta": "theta"}


class _OldWord(_Activation):
    """A word of 0.5 and 0.6 without a class today: it can be read and not written."""

    @classmethod
    def speaks(cls, component: Any) -> bool:
        """1.0.0-M2.1 has none."""
        return False


class Abs(_OldWord):
    java = "abs"
    tag = "abs"


class Exp(_OldWord):
    java = "exp"
    tag = "exp"


class Sin(_OldWord):
    java = "sin"
    tag = "sin"


class StepFunction(_OldWord):
    java = "step"
    tag = "heaviside"


class TimesOneMinus(_OldWord):
    java = "timesoneminus"
    tag = "timesoneminus"
