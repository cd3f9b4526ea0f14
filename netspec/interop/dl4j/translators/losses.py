"""Losses: `org.nd4j.linalg.lossfunctions.impl`."""

from collections.abc import Mapping
from typing import Any, ClassVar

from netspec.interop.dl4j.said import Said
from netspec.interop.dl4j.translator import Reading, Translator

_PACKAGE = "org.nd4j.linalg.lossfunctions.impl.Loss"


class _Loss(Translator):
    family: ClassVar[str] = "losses"

    @classmethod
    def read(cls, said: Said, reading: Reading) -> Any:
        """The settings that go over one by one."""
        said.ignore("configProperties", "numOutputs")
        return super().read(said, reading)


class _Weighted(_Loss):
    """A loss with weights of its outputs: an array of DL4J's, in older releases a plain list."""

    @classmethod
    def read(cls, said: Said, reading: Reading) -> Any:
        """The weights as a list."""
        found, weights = super().read(said, reading), said.raw("weights")
        values = weights.get("data") if isinstance(weights, Mapping) else weights
        return found | ({} if values is None else {"weights": values})

    @classmethod
    def write(cls, component: Any) -> dict[str, Any]:
        """The weights as an array."""
        said = component.weights
        weights = {"weights": {"dataType": "DOUBLE", "shape": [len(said)], "data": list(said)}} if said else {}
        return {**super().write(component), **weights}

    @classmethod
    def speaks(cls, component: Any) -> bool:
        """DL4J smooths no labels."""
        return not getattr(component, "label_smoothing", 0)


class _Clipped(_Weighted):
    """A loss that keeps outputs from 0 and 1 in its value, where the file says by how much: releases up to 0.8 do not clip."""

    clipped: ClassVar[tuple[str, float]] = ("softmaxClipEps", 1e-10)
    """DL4J's field, and its usual figure."""

    @classmethod
    def read(cls, said: Said, reading: Reading) -> Any:
        """`clip`."""
        value = said.number(cls.clipped[0], 0.0)
        return super().read(said, reading) | ({"clip": value} if value else {})

    @classmethod
    def write(cls, component: Any) -> dict[str, Any]:
        """The figure, or the usual one: without any DL4J's score is soon NaN."""
        field, usual = cls.clipped
        return {**super().write(component), field: component.clip or usual}


class NegativeLogLikelihood(_Clipped):
    java = _PACKAGE + "NegativeLogLikelihood"
    old = ("NegativeLogLikelihood",)
    tag = "negative_log_likelihood"


class CrossEntropy(_Clipped):
    java = _PACKAGE + "MCXENT"
    old = ("MCXENT",)
    tag = "negative_log_likelihood"


class SparseCrossEntropy(_Clipped):
    """Labels are class indices, which netspec's loss takes as they are."""

    java = _PACKAGE + "SparseMCXENT"
    old = ("SparseMCXENT",)
    tag = "negative_log_likelihood"


class BinaryCrossEntropy(_Clipped):
    java = _PACKAGE + "BinaryXENT"
    old = ("BinaryXENT", "XENT")
    tag = "xent"
    clipped = ("clipEps", 1e-5)


class MeanSquaredError(_Weighted):
    java = _PACKAGE + "MSE"
    old = ("MSE",)
    tag = "mse"


class SquaredError(_Weighted):
    java = _PACKAGE + "L2"
    old = ("L2",)
    tag = "l2"


class MeanAbsoluteError(_Weighted):
    java = _PACKAGE + "MAE"
    old = ("MAE",)
    tag = "mae"


class AbsoluteError(_Weighted):
    java = _PACKAGE + "L1"
    old = ("L1",)
    tag = "l1"


class PercentageError(_Weighted):
    java = _PACKAGE + "MAPE"
    old = ("MAPE",)
    tag = "mape"


class LogarithmicError(_Weighted):
    java = _PACKAGE + "MSLE"
    old = ("MSLE",)
    tag = "msle"


class _Unweighted(_Loss):
    """A loss whose outputs have no weights in DL4J."""

    @classmethod
    def speaks(cls, component: Any) -> bool:
        """Only where netspec's have none either."""
        return not getattr(component, "weights", None)


class CosineProximity(_Unweighted):
    java = _PACKAGE + "CosineProximity"
    old = ("CosineProximity",)
    tag = "cosine_proximity"


class FMeasure(_Unweighted):
    java = _PACKAGE + "FMeasure"
    tag = "fmeasure"
    fields: ClassVar = {"beta": "beta"}


class Hinge(_Unweighted):
    java = _PACKAGE + "Hinge"
    old = ("Hinge",)
    tag = "hinge"


class KullbackLeibler(_Unweighted):
    java = _PACKAGE + "KLD"
    old = ("KLD",)
    tag = "kl_divergence"


class MixtureDensity(_Unweighted):
    java = _PACKAGE + "MixtureDensity"
    tag = "mixture_density"
    fields: ClassVar = {"mixtures": "mixtures", "labelWidth": "label_width"}


class MultiLabel(_Unweighted):
    java = _PACKAGE + "MultiLabel"
    tag = "multi_label"


class Poisson(_Unweighted):
    java = _PACKAGE + "Poisson"
    old = ("Poisson",)
    tag = "poisson"


class SquaredHinge(_Unweighted):
    java = _PACKAGE + "SquaredHinge"
    old = ("SquaredHinge",)
    tag = "squared_hinge"


class Wasserstein(_Unweighted):
    java = _PACKAGE + "Wasserstein"
    tag = "wasserstein"
