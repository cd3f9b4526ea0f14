"""PoolHelperVertex: the first row and the first column of an image cut off, as Caffe's GoogLeNet needs it."""

from typing import Any

from netspec.interop.dl4j.said import Said
from netspec.interop.dl4j.translator import Reading
from netspec.interop.dl4j.vertex import VertexTranslator

_CUT = (1, 0, 1, 0)
"""Top, bottom, left, right."""


class PoolHelper(VertexTranslator):
    """It is exported as DL4J's cropping layer, which does the same."""

    java = "org.deeplearning4j.nn.conf.graph.PoolHelperVertex"
    old = ("PoolHelperVertex",)

    @classmethod
    def read(cls, said: Said, reading: Reading) -> Any:
        """A cropping."""
        return {"type": "cropping", "cropping": list(_CUT)}
