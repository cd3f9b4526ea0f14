"""DenseLayer, OutputLayer, RnnOutputLayer: W is 'f' [nIn, nOut], which is torch's [nOut, nIn] as it lies; then b, then the gain of a layer norm."""

from typing import Any, ClassVar

from netspec.errors import Refused
from netspec.interop.dl4j.formats import FLATTENED
from netspec.interop.dl4j.layer import Form, LayerTranslator
from netspec.interop.dl4j.pieces import Layout, Piece
from netspec.plan import Node
from netspec.shapes import FeedForward, Recurrent

_PACKAGE = "org.deeplearning4j.nn.conf.layers."


class LinearTranslator(LayerTranslator):
    """What they share."""

    fields: ClassVar = {"nout": "n_out", "hasBias": "has_bias"}
    silent: ClassVar = {"timeDistributedFormat": None}
    sequences: ClassVar[Form] = "rows"
    has_norms = True

    @classmethod
    def foreign(cls, node: Node, layout: Layout) -> dict[str, Any]:
        """The size of the input is said in DL4J."""
        return {"nin": node.parameters["weight"].shape[1]}

    @classmethod
    def pieces(cls, node: Node, layout: Layout) -> tuple[Piece, ...]:
        """W, b, g; behind a flattened array with its channels last W's columns are in its order."""
        shape, flattened = node.parameters["weight"].shape, layout.fact(node.name, FLATTENED, ())
        axes = (0, len(flattened), *range(1, len(flattened))) if flattened else ()
        weight = Piece("W", "weight", (shape[0], *flattened), axes, shape) if flattened else Piece("W", "weight", shape)
        others = {"bias": "b", "gain": "g"}
        return (weight, *(Piece(theirs, ours, node.parameters[ours].shape) for ours, theirs in others.items() if ours in node.parameters))


class DenseTranslator(LinearTranslator):
    java = _PACKAGE + "DenseLayer"
    old = ("dense",)
    tag = "dense"
    fields: ClassVar = {**LinearTranslator.fields, "hasLayerNorm": "has_layer_norm"}

    @classmethod
    def foreign(cls, node: Node, layout: Layout) -> dict[str, Any]:
        """The size of the input. Raises: Refused for penalties beside a gain, which DL4J keeps small too."""
        layer = node.layer.weighted
        if "gain" in node.parameters and layer is not None and (said := [word for word in ("l1", "l2", "weight_decay") if getattr(layer, word) is not None]):
            raise Refused(said[0], "must be left out with has_layer_norm: the gain is penalized too")
        return super().foreign(node, layout)


class OutputTranslator(LinearTranslator):
    java = _PACKAGE + "OutputLayer"
    old = ("output",)
    tag = "output"
    kind = FeedForward


class RnnOutputTranslator(LinearTranslator):
    java = _PACKAGE + "RnnOutputLayer"
    old = ("rnnoutput",)
    tag = "output"
    kind = Recurrent
    sequences = "steps"
    ignores_masks = True
    format_field = "rnnDataFormat"
