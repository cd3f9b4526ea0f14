"""MergeVertex and SubsetVertex."""

from typing import Any, ClassVar

from netspec.interop.dl4j.said import Said
from netspec.interop.dl4j.translator import Reading
from netspec.interop.dl4j.vertex import VertexTranslator

_PACKAGE = "org.deeplearning4j.nn.conf.graph."


class Merge(VertexTranslator):
    java = _PACKAGE + "MergeVertex"
    old = ("MergeVertex",)
    tag = "merge"
    silent: ClassVar = {"mergeAxis": 1, "modified": False}

    @classmethod
    def own(cls, said: Said, reading: Reading) -> dict[str, Any]:
        """Along the features, which is axis 1 but for arrays with channels last."""
        if said.integer("mergeAxis", 1) != 1:
            reading.unspoken(f"{said.simple} along axis {said.integer('mergeAxis')}", said.place)
        return {}


class Subset(VertexTranslator):
    java = _PACKAGE + "SubsetVertex"
    old = ("SubsetVertex",)
    tag = "subset"
    fields: ClassVar = {"from": "first", "to": "last"}
