"""Convolutions: b first, then W; torch's own order of numbers where nothing else is said."""

from typing import Any, ClassVar

from netspec.errors import Refused
from netspec.interop.dl4j.eras import Era
from netspec.interop.dl4j.layer import LayerTranslator
from netspec.interop.dl4j.pieces import OLD_LAYOUT, Layout, Piece
from netspec.interop.dl4j.said import Said
from netspec.interop.dl4j.translator import Reading
from netspec.interop.dl4j.windows import read_mode, read_window, write_window
from netspec.layers._convolutions import Convolution
from netspec.plan import Node
from netspec.shapes import Convolutional, Convolutional3D, Grid, Recurrent

_PACKAGE = "org.deeplearning4j.nn.conf.layers."
_SILENT = {"cnn2dDataFormat": "NCHW", "cudnnAlgoMode": "PREFER_FASTEST", "cudnnAllowFallback": True}


class WindowTranslator(LayerTranslator):
    """What they share."""

    slides: ClassVar[type[Grid]] = Convolutional
    softmax_along_last_axis = True
    fields: ClassVar = {"nout": "n_out", "hasBias": "has_bias"}
    silent: ClassVar = _SILENT
    format_field = "cnn2dDataFormat"

    @classmethod
    def own(cls, said: Said, reading: Reading) -> dict[str, Any]:
        """The window."""
        said.ignore("convolutionType", "cnn2dDataFormat")
        return read_window(said, cls.slides) | read_mode(said)

    @classmethod
    def foreign(cls, node: Node, layout: Layout) -> dict[str, Any]:
        """The window, one number an axis."""
        layer, grid = node.layer, node.shapes[0]
        if not isinstance(layer, Convolution) or not isinstance(grid, Grid):
            raise TypeError(layer.type)
        return {"nin": grid.channels} | write_window(layer.window(grid))

    @classmethod
    def pieces(cls, node: Node, layout: Layout) -> tuple[Piece, ...]:
        """b, W."""
        bias = (Piece("b", "bias", node.parameters["bias"].shape),) if "bias" in node.parameters else ()
        return (*bias, *cls.weights(node, layout))

    @classmethod
    def weights(cls, node: Node, layout: Layout) -> tuple[Piece, ...]:
        """W 'c' as torch has it."""
        return (Piece("W", "weight", node.parameters["weight"].shape),)


class ConvolutionTranslator(WindowTranslator):
    java = _PACKAGE + "ConvolutionLayer"
    old = ("convolution",)
    tag = "conv"
    kind = Convolutional
    has_norms = True


class Convolution1DTranslator(WindowTranslator):
    """Up to beta7 W is 'c' [nOut, nIn, k]; M1.1 and M2.1 read it as 'c' [k, nIn, nOut]."""

    java = _PACKAGE + "Convolution1DLayer"
    old = ("convolution1d",)
    tag = "conv"
    kind = slides = Recurrent
    sequences = "steps"
    ignores_masks = True
    format_field = "rnnDataFormat"

    @classmethod
    def facts(cls, said: Said, reading: Reading, conf: Said) -> dict[str, Any]:
        """The layout of the kernel, by release."""
        if reading.era >= Era.M1_1:
            return super().facts(said, reading, conf)
        reading.report.mistake("convolution1d-layout", said.place)
        return super().facts(said, reading, conf) | {OLD_LAYOUT: True}

    @classmethod
    def weights(cls, node: Node, layout: Layout) -> tuple[Piece, ...]:
        """W, by release."""
        n_out, n_in, kernel = node.parameters["weight"].shape
        if layout.fact(node.name, OLD_LAYOUT, False):
            return super().weights(node, layout)
        return (Piece("W", "weight", (kernel, n_in, n_out), (2, 1, 0)),)


class Convolution3DTranslator(WindowTranslator):
    """Its `mode` is a constant without meaning."""

    java = _PACKAGE + "Convolution3D"
    tag = "conv"
    kind = slides = Convolutional3D
    silent: ClassVar = {**_SILENT, "mode": "Same"}
    format_field = "dataFormat"


class Deconvolution2DTranslator(WindowTranslator):
    java = _PACKAGE + "Deconvolution2D"
    tag = "deconv"
    old = ("deconvolution2d",)
    kind = Convolutional
    has_norms = True


class Deconvolution3DTranslator(WindowTranslator):
    """W is 'c' [kD, kH, kW, nOut, nIn]."""

    java = _PACKAGE + "Deconvolution3D"
    tag = "deconv"
    kind = slides = Convolutional3D
    format_field = "dataFormat"

    @classmethod
    def weights(cls, node: Node, layout: Layout) -> tuple[Piece, ...]:
        """The kernel first."""
        n_in, n_out, *kernel = node.parameters["weight"].shape
        return (Piece("W", "weight", (*kernel, n_out, n_in), (4, 3, 0, 1, 2)),)


class DepthwiseTranslator(WindowTranslator):
    """W is 'c' [kH, kW, nIn, multiplier]; up to beta3 [multiplier, nIn, kH, kW]."""

    java = _PACKAGE + "DepthwiseConvolution2D"
    tag = "depthwise"
    kind = Convolutional
    fields: ClassVar = {"depthMultiplier": "depth_multiplier", "hasBias": "has_bias"}

    @classmethod
    def own(cls, said: Said, reading: Reading) -> dict[str, Any]:
        """Its size follows from the multiplier."""
        said.ignore("nout")
        return super().own(said, reading)

    @classmethod
    def foreign(cls, node: Node, layout: Layout) -> dict[str, Any]:
        """DL4J says the size too."""
        return super().foreign(node, layout) | {"nout": node.parameters["weight"].shape[0]}

    @classmethod
    def facts(cls, said: Said, reading: Reading, conf: Said) -> dict[str, Any]:
        """The layout of the kernel, by release."""
        return super().facts(said, reading, conf) | ({OLD_LAYOUT: True} if reading.era < Era.BETA4 else {})

    @classmethod
    def weights(cls, node: Node, layout: Layout) -> tuple[Piece, ...]:
        """By release."""
        return (_depthwise(node, oldest=layout.fact(node.name, OLD_LAYOUT, False)),)


class SeparableTranslator(WindowTranslator):
    """W is 'c' [multiplier, nIn, kH, kW]; pW 'c' [nOut, nIn·multiplier, 1, 1]."""

    java = _PACKAGE + "SeparableConvolution2D"
    tag = "separable"
    kind = Convolutional
    fields: ClassVar = {**WindowTranslator.fields, "depthMultiplier": "depth_multiplier"}

    @classmethod
    def foreign(cls, node: Node, layout: Layout) -> dict[str, Any]:
        """As others. Raises: Refused for one channel, of which DL4J makes a plain convolution, without pW."""
        written = super().foreign(node, layout)
        if written["nin"] == 1:
            raise Refused("type", "must be conv over an image of one channel: pW does nothing there")
        return written

    @classmethod
    def weights(cls, node: Node, layout: Layout) -> tuple[Piece, ...]:
        """Both."""
        return (_depthwise(node, oldest=True), Piece("pW", "pointwise", node.parameters["pointwise"].shape))


def _depthwise(node: Node, *, oldest: bool) -> Piece:
    shape = node.parameters["weight"].shape
    size, _, height, width = shape
    grid = node.shapes[0]
    channels = grid.channels if isinstance(grid, Convolutional) else size
    multiplier = size // channels
    if oldest:
        return Piece("W", "weight", (multiplier, channels, height, width), (1, 0, 2, 3), shape)
    return Piece("W", "weight", (height, width, channels, multiplier), (2, 3, 0, 1), shape)
