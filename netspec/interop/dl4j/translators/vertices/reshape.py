"""ReshapeVertex and PreprocessorVertex."""

from typing import Any

from netspec.errors import DataError, Refused
from netspec.interop.dl4j.older import modern_object
from netspec.interop.dl4j.pieces import Layout
from netspec.interop.dl4j.preprocessor import preprocessor_of
from netspec.interop.dl4j.said import Said
from netspec.interop.dl4j.translator import Reading
from netspec.interop.dl4j.vertex import VertexTranslator
from netspec.layers.activation import ActivationLayer
from netspec.layers.reshape import Reshape as ReshapeLayer
from netspec.plan import Node
from netspec.shapes import Convolutional

_PACKAGE = "org.deeplearning4j.nn.conf.graph."


class Reshape(VertexTranslator):
    """The first size is that of the batch; a sequence is features × steps."""

    java = _PACKAGE + "ReshapeVertex"
    old = ("ReshapeVertex",)
    tag = "reshape"

    @classmethod
    def own(cls, said: Said, reading: Reading) -> dict[str, Any]:
        """Sizes of an example, in netspec's order."""
        sizes, order = said.sizes("newShape")[1:], said.text("reshapeOrder", "c")
        if said.raw("maskShape") is not None or not sizes or min(sizes) < 1 or order not in ("c", "f"):
            reading.unspoken(f"{said.simple} to {list(sizes)} in the order {order}", said.place)
        ours = sizes[::-1] if len(sizes) == 2 else sizes
        return {"to": "x".join(map(str, ours)), "order": order, "features_first": True}

    @classmethod
    def foreign(cls, node: Node, layout: Layout) -> dict[str, Any]:
        """Sizes of the batch, in DL4J's order."""
        dims = node.output.dims
        return {"newShape": [-1, *(dims[::-1] if len(dims) == 2 else dims)], "reshapeOrder": _order(node), "maskShape": None}


def _order(node: Node) -> str:
    """Steps × features in the order c are features × steps in the order f. Raises: Refused for what is neither."""
    layer = node.layer
    if not isinstance(layer, ReshapeLayer):
        raise TypeError(layer.type)
    ranks = {len(shape.dims) for shape in (*node.shapes, node.output)}
    if layer.features_first or 2 not in ranks:
        return layer.order
    if max(ranks) > 2:
        raise Refused("features_first", "must be true between sequences and images")
    return "f" if layer.order == "c" else "c"


class Preprocessor(VertexTranslator):
    """What a preprocessor does, as a layer."""

    java = _PACKAGE + "PreprocessorVertex"
    old = ("PreprocessorVertex",)
    also = ("flatten",)

    @classmethod
    def read(cls, said: Said, reading: Reading) -> Any:
        """The layer that does it before one that would take anything."""
        inner = said.inner("preProcessor")
        if inner is None:
            raise DataError(f"{said.place} must have a preProcessor")
        modern = Said(modern_object("preprocessors", inner.values), inner.place)
        translator = preprocessor_of(modern, reading)
        found = translator.layers(modern, ActivationLayer, reading) if translator else []
        if len(found) != 1:
            reading.unspoken(f"{said.simple} with {modern.simple}", said.place)
        return found[0] if found else {"type": "activation", "activation": {"type": "identity"}}

    @classmethod
    def foreign(cls, node: Node, layout: Layout) -> dict[str, Any]:
        """Flattening of an image."""
        image = node.shapes[0]
        if not isinstance(image, Convolutional):
            raise Refused("", f"must flatten an image, not {image.kind}")
        sizes = {"inputHeight": image.height, "inputWidth": image.width, "numChannels": image.channels}
        return {"preProcessor": {"@class": "org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor", **sizes, "format": "NCHW"}}
