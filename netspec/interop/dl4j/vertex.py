"""Base of the translators of a graph's vertices: layers here, without the settings that DL4J's layers share."""

from typing import Any, ClassVar

from netspec.interop.dl4j.layer import LayerTranslator
from netspec.interop.dl4j.pieces import Layout
from netspec.interop.dl4j.said import Said
from netspec.interop.dl4j.translator import Reading
from netspec.plan import Node


class VertexTranslator(LayerTranslator):
    """It has its own fields alone."""

    family: ClassVar[str] = "vertices"

    @classmethod
    def read(cls, said: Said, reading: Reading) -> Any:
        """The vertex as a spec would write it."""
        found: dict[str, Any] = super(LayerTranslator, cls).read(said, reading)
        return found | ({"masking": "ignore"} if cls.ignores_masks else {}) | cls.own(said, reading)

    @classmethod
    def write_layer(cls, node: Node, layout: Layout) -> dict[str, Any]:
        """DL4J's object for a node. Raises: Refused."""
        return {"@class": cls.java, **cls.silent, **cls.fields_of(node.layer)} | cls.foreign(node, layout)
