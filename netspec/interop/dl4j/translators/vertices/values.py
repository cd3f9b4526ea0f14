"""ScaleVertex, ShiftVertex, L2NormalizeVertex, L2Vertex."""

from typing import Any, ClassVar

from netspec.interop.dl4j.pieces import Layout
from netspec.interop.dl4j.said import Said
from netspec.interop.dl4j.translator import Reading
from netspec.interop.dl4j.vertex import VertexTranslator
from netspec.layers.l2_normalize import L2Normalize as L2NormalizeLayer
from netspec.plan import Node

_PACKAGE = "org.deeplearning4j.nn.conf.graph."


class Scale(VertexTranslator):
    java = _PACKAGE + "ScaleVertex"
    old = ("ScaleVertex",)
    tag = "scale"
    keeps_shape = True
    fields: ClassVar = {"scaleFactor": "factor"}


class Shift(VertexTranslator):
    java = _PACKAGE + "ShiftVertex"
    old = ("ShiftVertex",)
    tag = "shift"
    keeps_shape = True
    fields: ClassVar = {"shiftFactor": "offset"}


class L2Normalize(VertexTranslator):
    """Dimensions count from 1; none said are all."""

    java = _PACKAGE + "L2NormalizeVertex"
    old = ("L2NormalizeVertex",)
    tag = "l2_normalize"
    keeps_shape = True
    fields: ClassVar = {"eps": "epsilon"}

    @classmethod
    def own(cls, said: Said, reading: Reading) -> dict[str, Any]:
        """The features, or everything."""
        axes = said.sizes("dimension", (0,)) if said.raw("dimension") != [] else (0,)
        if axes not in ((0,), (1,), (1, 2, 3), (1, 2, 3, 4)):
            reading.unspoken(f"{said.simple} along {list(axes)}", said.place)
        return {"over": "features" if axes == (1,) else "example"}

    @classmethod
    def foreign(cls, node: Node, layout: Layout) -> dict[str, Any]:
        """Null for everything."""
        features = isinstance(node.layer, L2NormalizeLayer) and node.layer.over == "features"
        return {"dimension": [1] if features else None}


class L2(VertexTranslator):
    """Its epsilon, which would act in the derivative only, is not in the file."""

    java = _PACKAGE + "L2Vertex"
    old = ("L2Vertex",)
    tag = "l2"
