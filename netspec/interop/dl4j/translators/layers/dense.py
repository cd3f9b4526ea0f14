"""DenseLayer and OutputLayer: W is 'f' [nIn, nOut], which is torch's [nOut, nIn] as it lies; then b, then the gain of a layer norm."""

from typing import Any, ClassVar

from netspec.interop.dl4j.layer import LayerTranslator
from netspec.interop.dl4j.pieces import Layout, Piece
from netspec.plan import Node

_PACKAGE = "org.deeplearning4j.nn.conf.layers."


class LinearTranslator(LayerTranslator):
    """What they share."""

    fields: ClassVar = {"nout": "n_out", "hasBias": "has_bias"}
    silent: ClassVar = {"timeDistributedFormat": None}

    @classmethod
    def foreign(cls, node: Node, layout: Layout) -> dict[str, Any]:
        """The size of the input is said in DL4J."""
        return {"nin": node.parameters["weight"].shape[1]}

    @classmethod
    def pieces(cls, node: Node, layout: Layout) -> tuple[Piece, ...]:
        """W, b."""
        return tuple(Piece({"weight": "W", "bias": "b", "gain": "g"}[name], name, parameter.shape) for name, parameter in node.parameters.items())


class DenseTranslator(LinearTranslator):
    java = _PACKAGE + "DenseLayer"
    old = ("dense",)
    tag = "dense"
    fields: ClassVar = {**LinearTranslator.fields, "hasLayerNorm": "has_layer_norm"}


class OutputTranslator(LinearTranslator):
    java = _PACKAGE + "OutputLayer"
    old = ("output",)
    tag = "output"
