"""AttentionVertex: queries, keys, values."""

from collections.abc import Collection
from typing import Any, ClassVar

from netspec.interop.dl4j.attending import AttendingTranslator
from netspec.interop.dl4j.pieces import Layout
from netspec.plan import Node
from netspec.shapes import features


class AttentionTranslator(AttendingTranslator):
    """It has weights and an updater as a layer has."""

    family: ClassVar[str] = "vertices"
    java = "org.deeplearning4j.nn.conf.graph.AttentionVertex"
    tag = "attention"
    parameters = "vertexParams"

    @classmethod
    def inputs(cls) -> dict[str, Any]:
        """Their names there."""
        return {"inputs": ["queries", "keys", "values"]}

    @classmethod
    def foreign(cls, node: Node, layout: Layout) -> dict[str, Any]:
        """A size for each input, and a name in two places."""
        sizes = [features(shape) for shape in node.shapes]
        told = {"ninQueries": sizes[0], "ninKeys": sizes[1], "ninValues": sizes[-1], "layerName": node.name, "name": node.name}
        return {field: value for field, value in super().foreign(node, layout).items() if field != "nin"} | told

    @classmethod
    def inputs_there(cls, node: Node, inputs: tuple[str, ...], network: Collection[str]) -> tuple[str, ...]:
        """Always three."""
        return (*inputs[:2], inputs[-1])
