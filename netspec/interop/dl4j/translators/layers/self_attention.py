"""SelfAttentionLayer, LearnedSelfAttentionLayer, RecurrentAttentionLayer: Wq, Wk, Wv are 'c' [heads, head size, nIn], Wo is 'c' [heads·head size, nOut]."""

from typing import Any, ClassVar

from netspec.interop.dl4j.attending import AttendingTranslator
from netspec.interop.dl4j.pieces import Layout, Piece
from netspec.interop.dl4j.said import Said
from netspec.interop.dl4j.translator import Reading
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


class RecurrentAttentionTranslator(AttendingTranslator):
    """W is 'c' [nIn, nOut], RW 'c' [nOut, nOut]; then the projections, then b. DL4J's state goes through masked steps as through others."""

    java = _PACKAGE + "RecurrentAttentionLayer"
    tag = "recurrent_attention"
    kind = Recurrent
    sequences = "steps"
    activated = "TANH"
    fields: ClassVar = {**AttendingTranslator.fields, "hasBias": "has_bias"}
    silent: ClassVar = {"timeSteps": 0}

    @classmethod
    def own(cls, said: Said, reading: Reading) -> dict[str, Any]:
        """What masks do."""
        return super().own(said, reading) | {"masking": "keys"}

    @classmethod
    def pieces(cls, node: Node, layout: Layout) -> tuple[Piece, ...]:
        """W, RW, Wq, Wk, Wv, Wo, b."""
        names = {"weight": "W", "recurrent_weight": "RW", "bias": "b"}
        first, second, *last = (Piece(theirs, ours, node.parameters[ours].shape) for ours, theirs in names.items() if ours in node.parameters)
        return (first, second, *super().pieces(node, layout), *last)
