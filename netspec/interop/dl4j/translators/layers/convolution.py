"""ConvolutionLayer: b, then W 'c' [nOut, nIn, kH, kW], torch's own order."""

from typing import Any, ClassVar

from netspec.interop.dl4j.layer import LayerTranslator
from netspec.interop.dl4j.pieces import Layout, Piece
from netspec.interop.dl4j.said import Said
from netspec.interop.dl4j.translator import Reading
from netspec.interop.dl4j.windows import read_mode, read_pairs, write_mode, write_pairs
from netspec.layers._windows import Window
from netspec.layers.conv import Conv
from netspec.plan import Node
from netspec.shapes import Convolutional


class ConvolutionTranslator(LayerTranslator):
    """Images only; sequences and volumes have classes of their own in DL4J."""

    java = "org.deeplearning4j.nn.conf.layers.ConvolutionLayer"
    old = ("convolution",)
    tag = "conv"
    softmax_along_last_axis = True
    fields: ClassVar = {"nout": "n_out", "hasBias": "has_bias"}
    silent: ClassVar = {"cnn2dDataFormat": "NCHW", "cudnnAlgoMode": "PREFER_FASTEST", "cudnnAllowFallback": True}

    @classmethod
    def speaks_node(cls, node: Node) -> bool:
        """On images, without groups."""
        return isinstance(node.shapes[0], Convolutional)

    @classmethod
    def own(cls, said: Said, reading: Reading) -> dict[str, Any]:
        """The window."""
        if said.text("cnn2dDataFormat", "NCHW") != "NCHW":
            reading.unspoken("ConvolutionLayer with channels last", said.place)
        said.ignore("convolutionType")
        return read_pairs(said, {"kernelSize": "kernel", "stride": "stride", "padding": "padding", "dilation": "dilation"}) | read_mode(said)

    @classmethod
    def foreign(cls, node: Node, layout: Layout) -> dict[str, Any]:
        """The window, one number an axis."""
        layer = node.layer
        if not isinstance(layer, Conv):
            raise TypeError(layer.type)
        window: Window = layer.window()
        return {"nin": node.shapes[0].dims[0], "dilation": list(window.dilation)} | write_pairs(window) | write_mode(layer.mode)

    @classmethod
    def pieces(cls, node: Node, layout: Layout) -> tuple[Piece, ...]:
        """b, W."""
        names = {"bias": "b", "weight": "W"}
        return tuple(Piece(theirs, ours, node.parameters[ours].shape) for ours, theirs in names.items() if ours in node.parameters)
