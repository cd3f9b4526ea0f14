"""ElementWiseMultiplicationLayer: W [n], then b."""

from typing import Any, ClassVar

from netspec.interop.dl4j.layer import LayerTranslator
from netspec.interop.dl4j.pieces import Layout, Piece
from netspec.interop.dl4j.said import Said
from netspec.interop.dl4j.translator import Reading
from netspec.plan import Node


class ElementwiseMultiplicationTranslator(LayerTranslator):
    """Its size is that of its input."""

    java = "org.deeplearning4j.nn.conf.layers.misc.ElementWiseMultiplicationLayer"
    old = ("ElementWiseMult",)
    tag = "elementwise_multiplication"
    sequences = "rows"
    silent: ClassVar = {"timeDistributedFormat": None}

    @classmethod
    def own(cls, said: Said, reading: Reading) -> dict[str, Any]:
        """Nothing: both sizes are the same."""
        said.ignore("nout")
        return {}

    @classmethod
    def foreign(cls, node: Node, layout: Layout) -> dict[str, Any]:
        """Both sizes."""
        size = node.parameters["weight"].shape[0]
        return {"nin": size, "nout": size}

    @classmethod
    def pieces(cls, node: Node, layout: Layout) -> tuple[Piece, ...]:
        """W, b."""
        return tuple(Piece({"weight": "W", "bias": "b"}[name], name, parameter.shape) for name, parameter in node.parameters.items())
