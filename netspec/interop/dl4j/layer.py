"""Translators of layers: their own fields, and the settings that all layers share."""

from collections.abc import Collection, Mapping
from typing import Any, ClassVar, Literal

from numpy.typing import NDArray

from netspec.constraints import NormConstraint
from netspec.errors import Refused
from netspec.interop.dl4j.formats import CHANNELS_LAST, format_name, says_last
from netspec.interop.dl4j.pieces import Layout, Piece
from netspec.interop.dl4j.said import Said
from netspec.interop.dl4j.setting import settings
from netspec.interop.dl4j.translator import Reading, Translator
from netspec.layers import Layer, WeightedLayer
from netspec.plan import Node
from netspec.shapes import Shape

Form = Literal["", "rows", "steps", "film", "capsules"]
"""How a sequence lies in DL4J: all steps as rows, steps as steps, all steps as images, or either; capsules are steps here and features there."""

COMPUTED_ALIKE = (
    *("layerName", "cudnnAlgoMode", "cudnnAllowFallback", "cudnnBwdDataAlgo", "cudnnBwdFilterAlgo", "cudnnFwdAlgo", "cudnnBwdMode"),
    *("helperAllowFallback", "cacheMode", "pretrain", "timeDistributedFormat", "legacyBatchScaledL2", "nin"),
)
"""Fields that change nothing of what is computed."""


DEFAULT_UPDATER: Mapping[str, Any] = {"@class": "org.nd4j.linalg.learning.config.Sgd", "learningRate": 0.001}
"""What DL4J gives a layer that was given none."""

NO_WEIGHTS: Mapping[str, Any] = {
    "biasInit": 0.0,
    "biasUpdater": None,
    "gainInit": 1.0,
    "gradientNormalization": "None",
    "gradientNormalizationThreshold": 1.0,
    "iupdater": DEFAULT_UPDATER,
    "regularization": [],
    "regularizationBias": [],
    "weightInitFn": {"@class": "org.deeplearning4j.nn.weights.WeightInitXavier"},
    "weightNoise": None,
}
"""What layers without weights say of weights, where their class in DL4J has the fields."""


SPARSE_LOSS = "org.nd4j.linalg.lossfunctions.impl.LossSparseMCXENT"
SPARSE_LABELS = "sparse_labels"
"""The fact of a layer whose labels are class indices in DL4J, of which netspec's loss takes both kinds."""


class LayerTranslator(Translator):
    """Base of all layers; `settings` reads and writes what is not the layer's own."""

    family: ClassVar[str] = "layers"
    softmax_along_last_axis: ClassVar[bool] = False
    """True where DL4J takes softmax along the last axis of its array, whatever that is."""

    has_norms: ClassVar[bool] = False
    """True where constraints of norms go over the same numbers in DL4J's array as in netspec's."""

    keeps_shape: ClassVar[bool] = False
    """True where each input has the shape of the output, so that what is told behind it is true before it."""

    kind: ClassVar[type[Shape] | None] = None
    """The kind of input it works on, where its class is for that kind only."""

    sequences: ClassVar[Form] = ""
    """How it takes and gives sequences in DL4J."""

    format_field: ClassVar[str] = ""
    """The field that says whether channels are DL4J's first axis after the examples or its last."""

    ignores_masks: ClassVar[bool] = False
    """True where DL4J's class does nothing with a mask that netspec's layer obeys."""

    ignores_masks_of_steps: ClassVar[bool] = False
    """Likewise on sequences, where its class is for other kinds of input too."""

    cannot_say: ClassVar[tuple[str, ...]] = ("loss_weight", "class_weights", "groups")
    """Words of netspec's layers that DL4J has none for; an export refuses them."""

    @classmethod
    def read(cls, said: Said, reading: Reading) -> Any:
        """The layer as a spec would write it, every value said."""
        member = Layer.member(cls.tag)
        if member is None:
            raise LookupError(cls.tag)
        said.ignore(*COMPUTED_ALIKE)
        values = super().read(said, reading) | ({"masking": "ignore"} if cls.ignores_masks else {}) | cls.own(said, reading)
        for setting in settings():
            for word, value in setting.read(said, reading).items():
                if word in member.model_fields:
                    values[word] = value
                elif setting.matters(member, value):
                    reading.unspoken(f"{said.simple} with {word}", said.place)
        return values

    @classmethod
    def ahead(cls, said: Said, reading: Reading) -> list[dict[str, Any]]:
        """Layers that stand before it here and are a part of it in DL4J."""
        return []

    @classmethod
    def own(cls, said: Said, reading: Reading) -> dict[str, Any]:
        """The layer's own words that are not one field each."""
        return {}

    @classmethod
    def write_layer(cls, node: Node, layout: Layout) -> dict[str, Any]:
        """DL4J's object for a node. Raises: Refused."""
        cls._check_softmax(node)
        written = {"@class": cls.java, **cls.silent, **cls.fields_of(node.layer)}
        for setting in settings():
            written |= setting.write(node.layer)
        written |= cls._constraints(node, layout, written)
        if layout.fact(node.name, SPARSE_LABELS, False) and "softmaxClipEps" in written.get("lossFn", {}):
            written["lossFn"] = {**written["lossFn"], "@class": SPARSE_LOSS}
        return written | cls.format(node, layout) | cls.foreign(node, layout)

    @classmethod
    def _check_softmax(cls, node: Node) -> None:
        """Raises: Refused where DL4J's runs along another axis."""
        activation, wanted = getattr(node.layer, "activation", None), "dl4j_softmax" if cls.softmax_along_last_axis else "softmax"
        if activation is not None and len(node.shapes[0].dims) > 1 and activation.type in {"softmax", "dl4j_softmax"} - {wanted}:
            along = "the steps or the width" if cls.softmax_along_last_axis else "the features"
            raise Refused("activation", f"must be {wanted}, along {along}, as the softmax of this layer runs")

    @classmethod
    def _constraints(cls, node: Node, layout: Layout, written: Mapping[str, Any]) -> dict[str, Any]:
        """Constraints name what they hold for. Raises: Refused."""
        held = (node.layer.constraints if isinstance(node.layer, WeightedLayer) else None) or ()
        norms = [one for one in held if isinstance(one, NormConstraint)]
        if norms and not cls.has_norms:
            raise Refused("constraints", "must be left out, or non_negative: norms go over other numbers of this layer")
        if hasattr(node.layer, "kernel") and any(one.apply_to == "all" for one in norms):
            raise Refused("constraints", "must be one for weights and one for biases: all have no axes in common")
        known = [(piece.name, node.parameters[piece.array].role) for piece in cls.pieces(node, layout) if piece.array in node.parameters]
        names = [[name for name, role in known if one.holds_for(role)] for one in held]
        return {"constraints": [one | {"params": params} for one, params in zip(written["constraints"], names, strict=True)]} if held else {}

    @classmethod
    def format(cls, node: Node, layout: Layout) -> dict[str, Any]:
        """Where the channels are."""
        return {cls.format_field: format_name(node.shapes[0], last=layout.fact(node.name, CHANNELS_LAST, False))} if cls.format_field else {}

    @classmethod
    def foreign(cls, node: Node, layout: Layout) -> dict[str, Any]:
        """DL4J's own fields that are not one word each."""
        return {}

    @classmethod
    def pieces(cls, node: Node, layout: Layout) -> tuple[Piece, ...]:
        """Where the layer's numbers lie, in the order of the vector."""
        return ()

    @classmethod
    def as_there(cls, output: NDArray[Any]) -> NDArray[Any]:
        """An output of the layer's as DL4J has it, its axes being in order already."""
        return output

    @classmethod
    def facts(cls, said: Said, reading: Reading, conf: Said) -> dict[str, Any]:
        """What the object says that a spec has no word for and the layout depends on."""
        last = {CHANNELS_LAST: True} if cls.format_field and says_last(said, cls.format_field) else {}
        loss = said.inner("lossFn")
        return last | ({SPARSE_LABELS: True} if loss and loss.java == SPARSE_LOSS else {})

    @classmethod
    def otherwise(cls, said: Said, node: Node, *, channels_last: bool) -> str:
        """What the object says that DL4J takes otherwise than netspec would, at this node; empty where nothing. `channels_last` is of the network."""
        return "" if cls.kind is None or isinstance(node.shapes[0], cls.kind) else f"{said.simple} on {node.shapes[0].kind}"

    @classmethod
    def told_sides(cls, said: Said) -> tuple[int, ...] | None:
        """Sizes of the sequence, image or volume it takes, where the object tells them."""
        return None

    @classmethod
    def told(cls, said: Said) -> Shape | None:
        """Shape of the layer's input, where the object tells it otherwise than by `nin`."""
        return None

    @classmethod
    def also_takes(cls, said: Said) -> tuple[str, ...]:
        """Inputs that the object names, beside those that its place in the network does."""
        return ()

    @classmethod
    def inputs_there(cls, node: Node, inputs: tuple[str, ...], network: Collection[str]) -> tuple[str, ...]:
        """Those of a node's inputs that its place in the network names; `network` are the network's own. Raises: Refused."""
        return inputs

    @classmethod
    def speaks_node(cls, node: Node) -> bool:
        """Whether this class stands for a node of the tag, where several share it."""
        return cls.kind is None or isinstance(node.shapes[0], cls.kind)
