"""Layers and vertices of DL4J's that are built on SameDiff: activation, initial weights and updater stand in fields of their own."""

from typing import Any, ClassVar

from netspec.component import Component
from netspec.errors import Refused
from netspec.interop.dl4j.layer import LayerTranslator
from netspec.interop.dl4j.pieces import Layout, Piece
from netspec.interop.dl4j.said import Said
from netspec.interop.dl4j.translator import Reading, modern_name, translators, write_object
from netspec.layers import WeightedLayer
from netspec.plan import Node

_NOT_THERE = ("activationFn", "iupdater", "weightInitFn", "biasInit", "gainInit", "weightNoise")
"""What other layers with weights have, and these do not."""

_ACTIVATIONS = ("cube", "dl4j_softmax", "elu", "hardtanh", "identity", "relu", "sigmoid", "softmax", "softplus", "softsign", "tanh")
"""Those that DL4J has on SameDiff; the slope of its leaky ReLU is another there."""


class SameDiffTranslator(LayerTranslator):
    """What they share: words for activation and initial weights, `updater`, and the shapes of their parameters beside them."""

    parameters: ClassVar[str] = "layerParams"
    """The field that says these shapes."""

    cannot_say: ClassVar = (*LayerTranslator.cannot_say, "weight_noise")

    activated: ClassVar[str] = ""
    """DL4J's activation where the object says none; empty for layers that have none."""

    @classmethod
    def read(cls, said: Said, reading: Reading) -> Any:
        """The object as other layers have it; sizes that follow are passed over."""
        reading.report.mistake("samediff-double-gradient", said.place)
        if said.inners("regularization") or said.inners("regularizationBias"):
            reading.report.mistake("samediff-penalty-not-in-score", said.place)
        said.ignore(*said.values)
        words = {"weightInitFn": ("initializers", "weightInit", "XAVIER")}
        if cls.activated:
            words["activationFn"] = ("activations", "activation", cls.activated)
        named = {field: {"@class": modern_name(family, said.text(key, word))} for field, (family, key, word) in words.items()}
        return super().read(Said({**said.values, **named, "iupdater": said.values.get("updater")}, said.place), reading)

    @classmethod
    def write_layer(cls, node: Node, layout: Layout) -> dict[str, Any]:
        """Without the fields that such layers do not have. Raises: Refused."""
        written = super().write_layer(node, layout) | cls.training(node, layout)
        return {field: value for field, value in written.items() if field not in _NOT_THERE}

    @classmethod
    def training(cls, node: Node, layout: Layout) -> dict[str, Any]:
        """Shapes of the parameters, updater and initial weights. Raises: Refused."""
        layer = node.layer
        shapes: dict[str, dict[str, list[int]]] = {"weightParams": {}, "biasParams": {}}
        for piece in cls.pieces(node, layout):
            kind = "biasParams" if node.parameters[piece.array].role == "bias" else "weightParams"
            shapes[kind][piece.name] = list(piece.lies)
        weights, updater = (layer.weight_init, layer.updater) if isinstance(layer, WeightedLayer) else (None, None)
        said = {cls.parameters: shapes | cls.inputs(), "paramWeightInit": None, "weightInit": weights and word("initializers", weights)}
        said["updater"] = write_object("updaters", updater) if updater else {"@class": "org.nd4j.linalg.learning.config.NoOp"}
        return said | ({"activation": _activation(getattr(layer, "activation", None))} if cls.activated else {})

    @classmethod
    def inputs(cls) -> dict[str, Any]:
        """What a vertex calls its inputs."""
        return {}

    @classmethod
    def pieces(cls, node: Node, layout: Layout) -> tuple[Piece, ...]:
        """W, b."""
        names = {"weight": "W", "bias": "b"}
        return tuple(Piece(theirs, ours, node.parameters[ours].shape) for ours, theirs in names.items() if ours in node.parameters)


def _activation(activation: Component | None) -> str:
    """DL4J's word. Raises: Refused for one that fails there."""
    if activation is None or activation.type not in _ACTIVATIONS or activation.model_fields_set - {"type"}:
        raise Refused("activation", f"must be one of {', '.join(_ACTIVATIONS)}, without settings")
    return activation.type.removeprefix("dl4j_").upper()


def word(family: str, component: Component | None) -> str:
    """DL4J's word for a component that a word is enough for. Raises: Refused."""
    if component is None:
        raise LookupError(family)
    written = write_object(family, component)
    member = translators(family)[written["@class"]]
    if component.model_fields_set - {"type"} or not member.old:
        raise Refused("weight_init", "must be a word without settings")
    return str(member.old[0]).upper()
