"""StackVertex and UnstackVertex."""

from typing import ClassVar

from netspec.interop.dl4j.vertex import VertexTranslator

_PACKAGE = "org.deeplearning4j.nn.conf.graph."


class Stack(VertexTranslator):
    java = _PACKAGE + "StackVertex"
    old = ("StackVertex",)
    tag = "stack"
    keeps_shape = True


class Unstack(VertexTranslator):
    java = _PACKAGE + "UnstackVertex"
    old = ("UnstackVertex",)
    tag = "unstack"
    keeps_shape = True
    fields: ClassVar = {"from": "part", "stackSize": "parts"}
