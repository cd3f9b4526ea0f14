"""Layers without numbers of their own: ActivationLayer, DropoutLayer."""

from typing import Any, ClassVar

from netspec.dropouts import Dropout
from netspec.interop.dl4j.layer import NO_WEIGHTS, LayerTranslator
from netspec.interop.dl4j.pieces import Layout
from netspec.interop.dl4j.said import Said
from netspec.interop.dl4j.translator import Reading, write_object
from netspec.layers.dropout import DropoutLayer
from netspec.plan import Node

_PACKAGE = "org.deeplearning4j.nn.conf.layers."
_IDENTITY = {"@class": "org.nd4j.linalg.activations.impl.ActivationIdentity"}


class ActivationTranslator(LayerTranslator):
    java = _PACKAGE + "ActivationLayer"
    old = ("activation",)
    tag = "activation"
    softmax_along_last_axis = True
    silent: ClassVar = {"gradientNormalization": "None", "gradientNormalizationThreshold": 0.0}

    @classmethod
    def own(cls, said: Said, reading: Reading) -> dict[str, Any]:
        """Sizes in old files mean nothing."""
        said.ignore("nout")
        return {}


class DropoutTranslator(LayerTranslator):
    """Its activation is ignored, by DL4J too."""

    java = _PACKAGE + "DropoutLayer"
    old = ("dropout", "DropoutLayer")
    tag = "dropout"
    silent: ClassVar = {**NO_WEIGHTS, "nout": 0, "nin": 0, "activationFn": _IDENTITY}

    @classmethod
    def read(cls, said: Said, reading: Reading) -> Any:
        """A plain dropout is the layer's `rate`; none at all leaves a rate of 0."""
        found = super().read(said, reading)
        dropout = found.pop("dropout", {"type": "dropout", "rate": 0.0})
        return found | ({"rate": dropout["rate"]} if dropout["type"] == "dropout" else {"dropout": dropout})

    @classmethod
    def foreign(cls, node: Node, layout: Layout) -> dict[str, Any]:
        """`rate` as DL4J's object."""
        layer = node.layer
        if not isinstance(layer, DropoutLayer):
            raise TypeError(layer.type)
        if "dropout" in layer.model_fields_set:
            return {"idropout": write_object("dropouts", layer.dropout)}
        return {"idropout": write_object("dropouts", Dropout.parse({"type": "dropout", "rate": layer.rate}))}
