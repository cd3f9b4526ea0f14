"""SubsamplingLayer."""

from typing import Any, ClassVar

from netspec.interop.dl4j.layer import LayerTranslator
from netspec.interop.dl4j.pieces import Layout
from netspec.interop.dl4j.said import Said
from netspec.interop.dl4j.translator import Reading
from netspec.interop.dl4j.windows import read_mode, read_pairs, write_mode, write_pairs
from netspec.layers.subsampling import Subsampling
from netspec.plan import Node
from netspec.shapes import Convolutional


class SubsamplingTranslator(LayerTranslator):
    """Images only; sequences and volumes have classes of their own in DL4J."""

    java = "org.deeplearning4j.nn.conf.layers.SubsamplingLayer"
    old = ("subsampling",)
    tag = "subsampling"
    silent: ClassVar = {"cnn2dDataFormat": "NCHW", "cudnnAllowFallback": True, "eps": 1e-8, "pnorm": 0, "avgPoolIncludePadInDivisor": False}

    @classmethod
    def speaks_node(cls, node: Node) -> bool:
        """On images."""
        return isinstance(node.shapes[0], Convolutional)

    @classmethod
    def own(cls, said: Said, reading: Reading) -> dict[str, Any]:
        """The window and what is taken of it."""
        pooling = said.text("poolingType", "MAX").lower()
        window = read_pairs(said, {"kernelSize": "kernel", "stride": "stride", "padding": "padding"}) | read_mode(said)
        if pooling not in ("max", "avg"):
            reading.unspoken(f"pooling {pooling.upper()}", said.place)
        if said.text("cnn2dDataFormat", "NCHW") != "NCHW":
            reading.unspoken("SubsamplingLayer with channels last", said.place)
        if set(said.sizes("dilation", (1,))) != {1}:
            reading.unspoken("pooling with dilation", said.place)
        padded = window["mode"] == "same" or any(window.get("padding", ()))
        if pooling == "avg" and padded and said.flag("avgPoolIncludePadInDivisor", False):
            reading.report.mistake("average-pooling-padding", said.place)
            return {"pooling": pooling, **window, "count_padding": True}
        return {"pooling": pooling, **window}

    @classmethod
    def foreign(cls, node: Node, layout: Layout) -> dict[str, Any]:
        """The window, one number an axis."""
        layer = node.layer
        if not isinstance(layer, Subsampling):
            raise TypeError(layer.type)
        written = write_pairs(layer.window()) | write_mode(layer.mode)
        return {"poolingType": layer.pooling.upper(), "dilation": [1, 1], **written}
