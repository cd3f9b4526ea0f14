"""LossLayer, RnnLossLayer, CnnLossLayer, Cnn3DLossLayer: a loss for a vector, each step, each position."""

from typing import Any, ClassVar

from netspec.interop.dl4j.layer import NO_WEIGHTS, LayerTranslator
from netspec.interop.dl4j.pieces import Layout
from netspec.interop.dl4j.said import Said
from netspec.interop.dl4j.translator import Reading
from netspec.plan import Node
from netspec.shapes import Convolutional, Convolutional3D, FeedForward, Recurrent, features

_PACKAGE = "org.deeplearning4j.nn.conf.layers."


class EndTranslator(LayerTranslator):
    """It has the fields of a layer with weights, without a meaning."""

    silent: ClassVar = {**NO_WEIGHTS, "nin": 0, "nout": 0}

    @classmethod
    def own(cls, said: Said, reading: Reading) -> dict[str, Any]:
        """Sizes are those of the input."""
        said.ignore("nout")
        return {}


class LossTranslator(EndTranslator):
    java = _PACKAGE + "LossLayer"
    old = ("loss",)
    tag = "loss"
    kind = FeedForward

    @classmethod
    def own(cls, said: Said, reading: Reading) -> dict[str, Any]:
        """DL4J reports another score after fit."""
        reading.report.mistake("loss-layer-reported-score", said.place)
        return super().own(said, reading)

    @classmethod
    def foreign(cls, node: Node, layout: Layout) -> dict[str, Any]:
        """Sizes are those of the input."""
        return {"nin": features(node.shapes[0]), "nout": features(node.shapes[0])}


class RnnLossTranslator(EndTranslator):
    java = _PACKAGE + "RnnLossLayer"
    old = ("RnnLossLayer",)
    tag = "loss"
    kind = Recurrent
    ignores_masks = True
    sequences = "steps"
    format_field = "rnnDataFormat"


class CnnLossTranslator(EndTranslator):
    """With channels last DL4J reports the score of other positions."""

    java = _PACKAGE + "CnnLossLayer"
    old = ("CnnLossLayer",)
    tag = "loss"
    kind = Convolutional
    ignores_masks = True
    format_field = "format"

    @classmethod
    def own(cls, said: Said, reading: Reading) -> dict[str, Any]:
        """The score is wrong in NHWC."""
        if said.text("format", "NCHW") == "NHWC":
            reading.report.mistake("cnn-loss-nhwc-score", said.place)
        return super().own(said, reading)


class Cnn3DLossTranslator(EndTranslator):
    java = _PACKAGE + "Cnn3DLossLayer"
    tag = "loss"
    kind = Convolutional3D
    ignores_masks = True
    format_field = "dataFormat"
