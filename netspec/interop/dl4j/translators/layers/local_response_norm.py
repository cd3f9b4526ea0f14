"""LocalResponseNormalization."""

from typing import Any, ClassVar

from netspec.interop.dl4j.layer import LayerTranslator
from netspec.interop.dl4j.pieces import Layout
from netspec.interop.dl4j.said import Said
from netspec.interop.dl4j.translator import Reading
from netspec.layers.local_response_norm import LocalResponseNorm
from netspec.plan import Node


class LocalResponseNormTranslator(LayerTranslator):
    """An even n looks at n + 1 channels."""

    java = "org.deeplearning4j.nn.conf.layers.LocalResponseNormalization"
    old = ("localResponseNormalization",)
    tag = "local_response_norm"
    fields: ClassVar = {"k": "k", "alpha": "alpha", "beta": "beta"}
    silent: ClassVar = {"cudnnAllowFallback": True, "dataFormat": "NCHW", "gradientNormalization": "None", "gradientNormalizationThreshold": 0.0}

    @classmethod
    def own(cls, said: Said, reading: Reading) -> dict[str, Any]:
        """The window."""
        if said.text("dataFormat", "NCHW") != "NCHW":
            reading.unspoken(f"{said.simple} with channels last", said.place)
        reading.report.mistake("lrn-gradient", said.place)
        return {"size": 2 * int(said.number("n", 5) // 2) + 1}

    @classmethod
    def foreign(cls, node: Node, layout: Layout) -> dict[str, Any]:
        """A real number in DL4J."""
        return {"n": float(node.layer.size)} if isinstance(node.layer, LocalResponseNorm) else {}
