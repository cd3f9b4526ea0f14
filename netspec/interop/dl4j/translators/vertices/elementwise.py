"""ElementWiseVertex: one class for five operations."""

from typing import Any

from netspec.errors import Refused
from netspec.interop.dl4j.pieces import Layout
from netspec.interop.dl4j.said import Said
from netspec.interop.dl4j.translator import Reading
from netspec.interop.dl4j.vertex import VertexTranslator
from netspec.plan import Node
from netspec.shapes import FeedForward

OPERATIONS = ("add", "subtract", "product", "average", "max")


class ElementWise(VertexTranslator):
    java = "org.deeplearning4j.nn.conf.graph.ElementWiseVertex"
    old = ("ElementWiseVertex",)
    also = (*OPERATIONS, "residual")
    keeps_shape = True

    @classmethod
    def read(cls, said: Said, reading: Reading) -> Any:
        """The operation is the tag."""
        operation = said.text("op").lower()
        if operation not in OPERATIONS:
            reading.unspoken(f"{said.simple} {operation}", said.place)
        return {"type": operation}

    @classmethod
    def foreign(cls, node: Node, layout: Layout) -> dict[str, Any]:
        """The tag is the operation; DL4J stretches flat vectors only. A residual adds, and has layers of its own before it."""
        if node.layer.after is not None and node.layer.after.type != "identity":
            raise Refused("activation", "must be left out to be exported: a vertex has none", help="put {type: activation, activation: …} behind it")
        if not isinstance(node.output, FeedForward) and len({shape.dims for shape in node.shapes}) > 1:
            raise Refused("input", "must be arrays of equal sizes")
        return {"op": node.layer.type.capitalize() if node.layer.type in OPERATIONS else "Add"}
