"""AttentionVertex: queries, keys, values."""

from collections.abc import Collection
from typing import Any, ClassVar

from netspec.errors import Refused
from netspec.interop.dl4j.attending import AttendingTranslator
from netspec.interop.dl4j.pieces import Layout
from netspec.plan import Node
from netspec.shapes import features

_ACTING = ("none", "clip_l2_per_param_type", "renormalize_l2_per_param_type")


class AttentionTranslator(AttendingTranslator):
    """It has weights and an updater as a layer has."""

    family: ClassVar[str] = "vertices"
    java = "org.deeplearning4j.nn.conf.graph.AttentionVertex"
    tag = "attention"
    parameters = "vertexParams"
    cannot_say: ClassVar = (*AttendingTranslator.cannot_say, "constraints")

    @classmethod
    def inputs(cls) -> dict[str, Any]:
        """Their names there."""
        return {"inputs": ["queries", "keys", "values"]}

    @classmethod
    def foreign(cls, node: Node, layout: Layout) -> dict[str, Any]:
        """A size for each input, and a name in two places. Raises: Refused for what does nothing to a vertex."""
        normalization = getattr(node.layer, "gradient_normalization", None)
        if normalization is not None and normalization.type not in _ACTING:
            raise Refused("gradient_normalization", f"must be one of {', '.join(_ACTING)}: others do nothing to a vertex")
        sizes = [features(shape) for shape in node.shapes]
        told = {"ninQueries": sizes[0], "ninKeys": sizes[1], "ninValues": sizes[-1], "layerName": node.name, "name": node.name}
        return {field: value for field, value in super().foreign(node, layout).items() if field != "nin"} | told

    @classmethod
    def inputs_there(cls, node: Node, inputs: tuple[str, ...], network: Collection[str]) -> tuple[str, ...]:
        """Always three."""
        return (*inputs[:2], inputs[-1])
