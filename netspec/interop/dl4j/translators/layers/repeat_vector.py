"""RepeatVector."""

from typing import Any, ClassVar

from netspec.interop.dl4j.layer import NO_WEIGHTS, LayerTranslator
from netspec.interop.dl4j.pieces import Layout
from netspec.interop.dl4j.said import Said
from netspec.interop.dl4j.translator import Reading
from netspec.plan import Node


class RepeatVectorTranslator(LayerTranslator):
    """It has the fields of a layer with weights, and an activation, without a meaning."""

    java = "org.deeplearning4j.nn.conf.layers.misc.RepeatVector"
    old = ("RepeatVector",)
    tag = "repeat_vector"
    fields: ClassVar = {"n": "times"}
    silent: ClassVar = {
        **NO_WEIGHTS,
        "activationFn": {"@class": "org.nd4j.linalg.activations.impl.ActivationIdentity"},
        "dataFormat": "NCW",
        "nout": 0,
        "timeDistributedFormat": None,
    }

    @classmethod
    def own(cls, said: Said, reading: Reading) -> dict[str, Any]:
        """Features × steps, as all sequences."""
        if said.text("dataFormat", "NCW") != "NCW":
            reading.unspoken(f"{said.simple} with features last", said.place)
        return {}

    @classmethod
    def foreign(cls, node: Node, layout: Layout) -> dict[str, Any]:
        """The size of its input."""
        return {"nin": node.shapes[0].dims[0]}
