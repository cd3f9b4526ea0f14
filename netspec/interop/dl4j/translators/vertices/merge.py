"""MergeVertex and SubsetVertex."""

from typing import Any, ClassVar

from netspec.interop.dl4j.formats import CHANNELS_LAST
from netspec.interop.dl4j.pieces import Layout
from netspec.interop.dl4j.said import Said
from netspec.interop.dl4j.translator import Reading
from netspec.interop.dl4j.vertex import VertexTranslator
from netspec.plan import Node

_PACKAGE = "org.deeplearning4j.nn.conf.graph."


class Merge(VertexTranslator):
    java = _PACKAGE + "MergeVertex"
    old = ("MergeVertex",)
    tag = "merge"
    silent: ClassVar = {"modified": False}

    @classmethod
    def otherwise(cls, said: Said, node: Node, *, channels_last: bool) -> str:
        """Along another axis than that of the features, which is axis 1 but for arrays with channels last."""
        axis = said.integer("mergeAxis", 1)
        return "" if axis == _axis(node, last=channels_last) else f"{said.simple} along axis {axis}"

    @classmethod
    def facts(cls, said: Said, reading: Reading, conf: Said) -> dict[str, Any]:
        """Where the features are."""
        return {CHANNELS_LAST: True} if said.integer("mergeAxis", 1) > 1 else {}

    @classmethod
    def foreign(cls, node: Node, layout: Layout) -> dict[str, Any]:
        """The axis of the features."""
        return {"mergeAxis": _axis(node, last=layout.fact(node.name, CHANNELS_LAST, False))}


def _axis(node: Node, *, last: bool) -> int:
    return len(node.shapes[0].dims) if last else 1


class Subset(VertexTranslator):
    java = _PACKAGE + "SubsetVertex"
    old = ("SubsetVertex",)
    tag = "subset"
    fields: ClassVar = {"from": "first", "to": "last"}
