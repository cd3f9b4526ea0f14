"""Losses: `org.nd4j.linalg.lossfunctions.impl`."""

from typing import Any, ClassVar

from netspec.interop.dl4j.said import Said
from netspec.interop.dl4j.translator import Reading, Translator

_PACKAGE = "org.nd4j.linalg.lossfunctions.impl.Loss"


class _Loss(Translator):
    family: ClassVar[str] = "losses"

    @classmethod
    def read(cls, said: Said, reading: Reading) -> Any:
        """Clipping of logarithms is not a setting here; weights of the outputs are none yet."""
        said.ignore("softmaxClipEps", "clipEps", "configProperties", "numOutputs")
        if said.raw("weights") is not None:
            reading.unspoken(f"{said.simple} with weights", said.place)
        return super().read(said, reading)


class NegativeLogLikelihood(_Loss):
    java = _PACKAGE + "NegativeLogLikelihood"
    old = ("NegativeLogLikelihood",)
    tag = "negative_log_likelihood"
    silent: ClassVar = {"softmaxClipEps": 1e-10}


class CrossEntropy(_Loss):
    java = _PACKAGE + "MCXENT"
    old = ("MCXENT",)
    tag = "negative_log_likelihood"


class BinaryCrossEntropy(_Loss):
    java = _PACKAGE + "BinaryXENT"
    old = ("BinaryXENT", "XENT")
    tag = "xent"
    silent: ClassVar = {"clipEps": 1e-5}


class MeanSquaredError(_Loss):
    java = _PACKAGE + "MSE"
    old = ("MSE",)
    tag = "mse"


class MeanAbsoluteError(_Loss):
    java = _PACKAGE + "MAE"
    old = ("MAE",)
    tag = "mae"
