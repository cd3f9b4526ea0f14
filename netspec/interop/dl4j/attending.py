"""What translators of attention share: heads, and the four projections."""

from typing import Any, ClassVar

from netspec.interop.dl4j.pieces import Layout, Piece
from netspec.interop.dl4j.said import Said
from netspec.interop.dl4j.samediff import SameDiffTranslator
from netspec.interop.dl4j.translator import Reading
from netspec.layers._attending import Attending
from netspec.plan import Node
from netspec.shapes import features

_PROJECTIONS = {"Wq": "q_proj_weight", "Wk": "k_proj_weight", "Wv": "v_proj_weight", "Wo": "out_proj_weight"}


class AttendingTranslator(SameDiffTranslator):
    """Without projections DL4J has one head, of the size of its input."""

    fields: ClassVar = {"projectInput": "project_input"}

    @classmethod
    def own(cls, said: Said, reading: Reading) -> dict[str, Any]:
        """Sizes, where they do not follow."""
        if not said.flag("projectInput", False):
            return {}
        return {"n_out": said.integer("nout"), "heads": said.integer("nheads", 1), "head_size": said.integer("headSize")}

    @classmethod
    def foreign(cls, node: Node, layout: Layout) -> dict[str, Any]:
        """Sizes, which DL4J says in any case."""
        layer, size = node.layer, features(node.output)
        if not isinstance(layer, Attending):
            raise TypeError(layer.type)
        head = layer.size_of_head() if layer.project_input else size
        return {"nin": features(node.shapes[0]), "nout": size, "nheads": layer.heads, "headSize": head}

    @classmethod
    def pieces(cls, node: Node, layout: Layout) -> tuple[Piece, ...]:
        """Wq, Wk, Wv, Wo."""
        return tuple(_projection(node, theirs, ours) for theirs, ours in _PROJECTIONS.items() if ours in node.parameters)


def _projection(node: Node, theirs: str, ours: str) -> Piece:
    """Heads have an axis of their own before the projection, and none behind it."""
    shape, heads = node.parameters[ours].shape, getattr(node.layer, "heads", 1)
    return Piece(theirs, ours, shape) if theirs == "Wo" else Piece(theirs, ours, (heads, shape[0] // heads, shape[1]), shape=shape)
