"""SelfAttentionLayer, LearnedSelfAttentionLayer, RecurrentAttentionLayer: Wq, Wk, Wv are 'c' [heads, head size, nIn], Wo is 'c' [heads·head size, nOut]."""

from typing import ClassVar

from netspec.interop.dl4j.attending import AttendingTranslator
from netspec.interop.dl4j.pieces import Layout, Piece
from netspec.plan import Node
from netspec.shapes import Recurrent

_PACKAGE = "org.deeplearning4j.nn.conf.layers."


class SelfAttentionTranslator(AttendingTranslator):
    java = _PACKAGE + "SelfAttentionLayer"
    tag = "self_attention"
    kind = Recurrent
    sequences = "steps"


class LearnedSelfAttentionTranslator(AttendingTranslator):
    """DL4J itself fails in its forward pass; Q is 'c' [1, nIn, queries]."""

    java = _PACKAGE + "LearnedSelfAttentionLayer"
    tag = "learned_self_attention"
    kind = Recurrent
    sequences = "steps"
    fields: ClassVar = {**AttendingTranslator.fields, "nqueries": "queries"}

    @classmethod
    def pieces(cls, node: Node, layout: Layout) -> tuple[Piece, ...]:
        """Q comes first."""
        shape = node.parameters["queries"].shape
        return (Piece("Q", "queries", (1, *shape), shape=shape), *super().pieces(node, layout))
