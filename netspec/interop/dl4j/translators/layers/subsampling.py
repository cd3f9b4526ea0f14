"""Pooling: SubsamplingLayer, Subsampling1DLayer, Subsampling3DLayer, GlobalPoolingLayer."""

from typing import Any, ClassVar

from netspec.errors import Refused
from netspec.interop.dl4j.formats import CHANNELS_LAST
from netspec.interop.dl4j.layer import LayerTranslator
from netspec.interop.dl4j.pieces import Layout
from netspec.interop.dl4j.said import Said
from netspec.interop.dl4j.translator import Reading
from netspec.interop.dl4j.windows import read_mode, read_window, write_window
from netspec.layers.global_pooling import GlobalPooling
from netspec.layers.subsampling import Subsampling
from netspec.plan import Node
from netspec.shapes import Convolutional, Convolutional3D, Grid, Recurrent

_PACKAGE = "org.deeplearning4j.nn.conf.layers."


class PoolingTranslator(LayerTranslator):
    """What they share."""

    slides: ClassVar[type[Grid]] = Convolutional

    @classmethod
    def own(cls, said: Said, reading: Reading) -> dict[str, Any]:
        """The window and what is taken of it."""
        said.ignore("eps", "cnn2dDataFormat")
        window = read_window(said, cls.slides) | read_mode(said)
        found = {**_pooling(said), **window}
        if found["pooling"] == "avg" and _is_padded(window) and said.flag("avgPoolIncludePadInDivisor", False):
            reading.report.mistake("average-pooling-padding", said.place)
            return {**found, "count_padding": True}
        return found

    @classmethod
    def foreign(cls, node: Node, layout: Layout) -> dict[str, Any]:
        """The window, one number an axis."""
        layer, grid = node.layer, node.shapes[0]
        if not isinstance(layer, Subsampling) or not isinstance(grid, Grid):
            raise TypeError(layer.type)
        if layer.pooling == "sum" or layer.mode == "causal":
            raise Refused("pooling" if layer.pooling == "sum" else "mode", "must be another: DL4J fails on this one")
        window = write_window(layer.window(grid))
        return {"poolingType": layer.pooling.upper(), "pnorm": _whole(layer.p), "avgPoolIncludePadInDivisor": layer.count_padding, **window}


class SubsamplingTranslator(PoolingTranslator):
    java = _PACKAGE + "SubsamplingLayer"
    old = ("subsampling",)
    tag = "subsampling"
    kind = Convolutional
    format_field = "cnn2dDataFormat"
    silent: ClassVar = {"cudnnAllowFallback": True, "eps": 1e-8}


class Subsampling1DTranslator(PoolingTranslator):
    java = _PACKAGE + "Subsampling1DLayer"
    old = ("subsampling1d",)
    tag = "subsampling"
    kind = slides = Recurrent
    sequences = "steps"
    ignores_masks = True
    silent: ClassVar = {"cudnnAllowFallback": True, "eps": 1e-8, "cnn2dDataFormat": "NCHW"}

    @classmethod
    def foreign(cls, node: Node, layout: Layout) -> dict[str, Any]:
        """The kernel's second number is 1."""
        written = super().foreign(node, layout)
        return written | {"kernelSize": [written["kernelSize"][0], 1]}


class Subsampling3DTranslator(PoolingTranslator):
    """Whatever the type says, what is not the largest is the average of the cells that are there."""

    java = _PACKAGE + "Subsampling3DLayer"
    tag = "subsampling"
    kind = slides = Convolutional3D
    format_field = "dataFormat"
    silent: ClassVar = {"cudnnAllowFallback": True}

    @classmethod
    def own(cls, said: Said, reading: Reading) -> dict[str, Any]:
        """SUM and PNORM are averages in DL4J."""
        found = super().own(said, reading)
        if found["pooling"] in ("sum", "pnorm"):
            reading.report.mistake("pool3d-average", said.place)
            found |= {"pooling": "avg"}
        return {word: value for word, value in found.items() if word not in ("p", "count_padding")}

    @classmethod
    def foreign(cls, node: Node, layout: Layout) -> dict[str, Any]:
        """Neither norms nor divisors."""
        written = super().foreign(node, layout)
        if written["poolingType"] == "PNORM":
            raise Refused("pooling", "must be max or avg on volumes: DL4J computes the average for others")
        if written.pop("avgPoolIncludePadInDivisor"):
            raise Refused("count_padding", "must be left out on volumes")
        del written["pnorm"]
        return written


class GlobalPoolingTranslator(LayerTranslator):
    """`poolingDimensions` are those of all steps or positions, or null."""

    java = _PACKAGE + "GlobalPoolingLayer"
    old = ("GlobalPooling",)
    tag = "global_pooling"
    sequences = "steps"
    fields: ClassVar = {"collapseDimensions": "collapse_dimensions"}

    @classmethod
    def own(cls, said: Said, reading: Reading) -> dict[str, Any]:
        """What is taken, of which axes."""
        found = _pooling(said)
        axes = said.sizes("poolingDimensions", (2, 3))
        if axes not in ((2,), (1,), (2, 3), (1, 2), (2, 3, 4), (1, 2, 3)):
            reading.unspoken(f"GlobalPoolingLayer over the axes {list(axes)}", said.place)
        return found

    @classmethod
    def facts(cls, said: Said, reading: Reading, conf: Said) -> dict[str, Any]:
        """Channels are last where the first of the axes is 1."""
        return {CHANNELS_LAST: True} if said.sizes("poolingDimensions", (2,))[0] == 1 else {}

    @classmethod
    def foreign(cls, node: Node, layout: Layout) -> dict[str, Any]:
        """Axes are said for images, as DL4J says them."""
        layer, first = node.layer, 1 if layout.fact(node.name, CHANNELS_LAST, False) else 2
        if not isinstance(layer, GlobalPooling):
            raise TypeError(layer.type)
        axes = [first, first + 1] if isinstance(node.shapes[0], Convolutional) else None
        return {"poolingType": layer.pooling.upper(), "pnorm": _whole(layer.p) or 2, "poolingDimensions": axes}


def _pooling(said: Said) -> dict[str, Any]:
    kind, p = said.text("poolingType", "MAX").lower(), said.integer("pnorm", 2)
    return {"pooling": kind, "p": float(p)} if kind == "pnorm" else {"pooling": kind}


def _is_padded(window: dict[str, Any]) -> bool:
    return window["mode"] == "same" or any(window.get("padding", ()))


def _whole(p: float | None) -> int:
    if p is not None and not p.is_integer():
        raise Refused("p", "must be a whole number")
    return int(p or 0)
