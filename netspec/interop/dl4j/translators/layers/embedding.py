"""EmbeddingLayer and EmbeddingSequenceLayer: W is 'f' [nIn, nOut], as it lies the other way round than torch's; then b."""

from typing import Any, ClassVar

from netspec.interop.dl4j.layer import LayerTranslator
from netspec.interop.dl4j.pieces import Layout, Piece
from netspec.interop.dl4j.said import Said
from netspec.interop.dl4j.translator import Reading
from netspec.plan import Node
from netspec.shapes import FeedForward, Recurrent, Shape

_PACKAGE = "org.deeplearning4j.nn.conf.layers."


class EmbeddingTranslator(LayerTranslator):
    """`nIn` is the number of indices; files without `hasBias` have one."""

    java = _PACKAGE + "EmbeddingLayer"
    old = ("embedding",)
    tag = "embedding"
    fields: ClassVar = {"nin": "vocabulary", "nout": "n_out"}
    silent: ClassVar = {"timeDistributedFormat": None}

    @classmethod
    def own(cls, said: Said, reading: Reading) -> dict[str, Any]:
        """Whether it has a bias."""
        return {"has_bias": said.flag("hasBias", True)}

    @classmethod
    def told(cls, said: Said) -> Shape | None:
        """One index."""
        return FeedForward(1)

    @classmethod
    def foreign(cls, node: Node, layout: Layout) -> dict[str, Any]:
        """Whether it has a bias."""
        return {"hasBias": "bias" in node.parameters}

    @classmethod
    def pieces(cls, node: Node, layout: Layout) -> tuple[Piece, ...]:
        """W, b."""
        indices, size = node.parameters["weight"].shape
        bias = (Piece("b", "bias", (size,)),) if "bias" in node.parameters else ()
        return (Piece("W", "weight", (size, indices), (1, 0)), *bias)


class EmbeddingSequenceTranslator(EmbeddingTranslator):
    java = _PACKAGE + "EmbeddingSequenceLayer"
    old = ("EmbeddingSequenceLayer",)
    tag = "embedding_sequence"
    silent: ClassVar = {**EmbeddingTranslator.silent, "inferInputLength": True}
    format_field = "outputFormat"

    @classmethod
    def own(cls, said: Said, reading: Reading) -> dict[str, Any]:
        """Its length is that of its input."""
        said.ignore("inputLength")
        return super().own(said, reading)

    @classmethod
    def told(cls, said: Said) -> Shape | None:
        """Any number of indices."""
        return Recurrent(1)

    @classmethod
    def foreign(cls, node: Node, layout: Layout) -> dict[str, Any]:
        """Its length, where it is known."""
        return super().foreign(node, layout) | {"inputLength": node.output.dims[0] or 1}
