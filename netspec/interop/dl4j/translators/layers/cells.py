"""Layers that move cells: Upsampling, ZeroPadding, Cropping, SpaceToDepth."""

from typing import Any, ClassVar

from netspec.errors import DataError
from netspec.interop.dl4j.layer import LayerTranslator
from netspec.interop.dl4j.pieces import Layout
from netspec.interop.dl4j.said import Said
from netspec.interop.dl4j.translator import Reading
from netspec.layers._borders import ends
from netspec.layers.cropping import Cropping
from netspec.layers.space_to_batch import SpaceToBatch
from netspec.layers.upsampling import Upsampling
from netspec.layers.zero_padding import ZeroPadding
from netspec.plan import Node
from netspec.shapes import Convolutional, Convolutional3D, Grid, Recurrent
from netspec.windows import each
from netspec.words import shown

_PACKAGE = "org.deeplearning4j.nn.conf.layers."


class UpsamplingTranslator(LayerTranslator):
    """A number in alpha, one an axis later; two of which the first counts for sequences."""

    slides: ClassVar[type[Grid]] = Convolutional

    @classmethod
    def own(cls, said: Said, reading: Reading) -> dict[str, Any]:
        """How often."""
        return {"size": list(said.sizes("size"))[: len(cls.slides.axes)]}

    @classmethod
    def foreign(cls, node: Node, layout: Layout) -> dict[str, Any]:
        """One number an axis."""
        layer, grid = node.layer, node.shapes[0]
        if not isinstance(layer, Upsampling) or not isinstance(grid, Grid):
            raise TypeError(layer.type)
        sizes = list(each("size", layer.size, grid))
        return {"size": sizes * 2 if len(sizes) == 1 else sizes}


class Upsampling1DTranslator(UpsamplingTranslator):
    java = _PACKAGE + "Upsampling1D"
    tag = "upsampling"
    kind = slides = Recurrent
    sequences = "steps"


class Upsampling2DTranslator(UpsamplingTranslator):
    java = _PACKAGE + "Upsampling2D"
    old = ("Upsampling2D",)
    tag = "upsampling"
    kind = Convolutional
    format_field = "format"


class Upsampling3DTranslator(UpsamplingTranslator):
    java = _PACKAGE + "Upsampling3D"
    tag = "upsampling"
    kind = slides = Convolutional3D
    format_field = "dataFormat"


class EndsTranslator(LayerTranslator):
    """Cells at the ends of each axis, before and after."""

    word: ClassVar[str] = ""

    @classmethod
    def own(cls, said: Said, reading: Reading) -> dict[str, Any]:
        """Before and after."""
        return {cls.word: list(said.sizes(cls.word))}

    @classmethod
    def foreign(cls, node: Node, layout: Layout) -> dict[str, Any]:
        """Before and after."""
        layer, grid = node.layer, node.shapes[0]
        if not isinstance(layer, ZeroPadding | Cropping) or not isinstance(grid, Grid):
            raise TypeError(layer.type)
        cells = layer.padding if isinstance(layer, ZeroPadding) else layer.cropping
        return {cls.word: [count for both in ends(cls.word, cells, grid) for count in both]}


class ZeroPadding1DTranslator(EndsTranslator):
    java = _PACKAGE + "ZeroPadding1DLayer"
    old = ("zeroPadding1d",)
    tag = "zero_padding"
    word = "padding"
    kind = Recurrent
    sequences = "steps"


class ZeroPaddingTranslator(EndsTranslator):
    java = _PACKAGE + "ZeroPaddingLayer"
    old = ("zeroPadding",)
    tag = "zero_padding"
    word = "padding"
    kind = Convolutional
    format_field = "dataFormat"


class ZeroPadding3DTranslator(EndsTranslator):
    java = _PACKAGE + "ZeroPadding3DLayer"
    tag = "zero_padding"
    word = "padding"
    kind = Convolutional3D


class Cropping1DTranslator(EndsTranslator):
    java = _PACKAGE + "convolutional.Cropping1D"
    old = ("Cropping1D",)
    tag = "cropping"
    word = "cropping"
    kind = Recurrent
    sequences = "steps"


class Cropping2DTranslator(EndsTranslator):
    java = _PACKAGE + "convolutional.Cropping2D"
    old = ("Cropping2D",)
    tag = "cropping"
    word = "cropping"
    kind = Convolutional
    format_field = "dataFormat"


class Cropping3DTranslator(EndsTranslator):
    java = _PACKAGE + "convolutional.Cropping3D"
    tag = "cropping"
    word = "cropping"
    kind = Convolutional3D


class SpaceToDepthTranslator(LayerTranslator):
    java = _PACKAGE + "SpaceToDepthLayer"
    tag = "space_to_depth"
    kind = Convolutional
    format_field = "dataFormat"
    fields: ClassVar = {"blockSize": "block"}


class SpaceToBatchTranslator(LayerTranslator):
    """Padding is two pairs."""

    java = _PACKAGE + "SpaceToBatchLayer"
    tag = "space_to_batch"
    kind = Convolutional
    format_field = "format"

    @classmethod
    def own(cls, said: Said, reading: Reading) -> dict[str, Any]:
        """Blocks and padding. Raises: DataError."""
        pairs = said.raw("padding") or [[0, 0], [0, 0]]
        if not isinstance(pairs, list) or not all(isinstance(pair, list) for pair in pairs):
            raise DataError(f"{said.place}: padding must be two pairs of numbers, got {shown(pairs)}")
        return {"blocks": list(said.sizes("blocks")), "padding": [count for pair in pairs for count in pair]}

    @classmethod
    def foreign(cls, node: Node, layout: Layout) -> dict[str, Any]:
        """Two pairs."""
        layer, image = node.layer, node.shapes[0]
        if not isinstance(layer, SpaceToBatch) or not isinstance(image, Convolutional):
            raise TypeError(layer.type)
        return {"blocks": list(each("blocks", layer.blocks, image)), "padding": [list(both) for both in ends("padding", layer.padding, image)]}
