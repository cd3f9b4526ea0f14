"""LossLayer."""

from typing import Any, ClassVar

from netspec.interop.dl4j.layer import NO_WEIGHTS, LayerTranslator
from netspec.interop.dl4j.pieces import Layout
from netspec.interop.dl4j.said import Said
from netspec.interop.dl4j.translator import Reading
from netspec.plan import Node


class LossTranslator(LayerTranslator):
    """It has the fields of a layer with weights, without a meaning."""

    java = "org.deeplearning4j.nn.conf.layers.LossLayer"
    old = ("loss",)
    tag = "loss"
    silent: ClassVar = {**NO_WEIGHTS, "nout": 0}

    @classmethod
    def own(cls, said: Said, reading: Reading) -> dict[str, Any]:
        """DL4J reports another score after fit."""
        reading.report.mistake("loss-layer-reported-score", said.place)
        return {}

    @classmethod
    def foreign(cls, node: Node, layout: Layout) -> dict[str, Any]:
        """Sizes are those of the input."""
        size = node.shapes[0].dims[-1] or 0
        return {"nin": size, "nout": size}
