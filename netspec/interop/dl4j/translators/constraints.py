"""Constraints: `org.deeplearning4j.nn.conf.constraint`. What they hold for is the layer's to say (`settings/constraints`)."""

from typing import Any, ClassVar

from netspec.interop.dl4j.said import Said
from netspec.interop.dl4j.translator import Reading, Translator

_PACKAGE = "org.deeplearning4j.nn.conf.constraint."


class _Constraint(Translator):
    family: ClassVar[str] = "constraints"
    silent: ClassVar = {"epsilon": 1e-6}


class MaxNorm(_Constraint):
    java = _PACKAGE + "MaxNormConstraint"
    old = ("MaxNormConstraint",)
    tag = "max_norm"
    fields: ClassVar = {"maxNorm": "max"}


class MinMaxNorm(_Constraint):
    java = _PACKAGE + "MinMaxNormConstraint"
    old = ("MinMaxNormConstraint",)
    tag = "min_max_norm"
    fields: ClassVar = {"min": "min", "max": "max", "rate": "rate"}

    @classmethod
    def read(cls, said: Said, reading: Reading) -> Any:
        """A rate other than 1 is another formula in DL4J."""
        if said.number("rate", 1.0) != 1:
            reading.report.mistake("min-max-norm-rate", said.place)
        return super().read(said, reading)


class NonNegative(_Constraint):
    java = _PACKAGE + "NonNegativeConstraint"
    old = ("NonNegativeConstraint",)
    tag = "non_negative"


class UnitNorm(_Constraint):
    java = _PACKAGE + "UnitNormConstraint"
    old = ("UnitNormConstraint",)
    tag = "unit_norm"
