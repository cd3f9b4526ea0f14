"""Bidirectional, TimeDistributed, LastTimeStep, MaskZeroLayer, and MaskLayer."""

from dataclasses import replace
from typing import Any, ClassVar

from netspec.errors import DataError
from netspec.interop.dl4j.eras import FIRST_MODERN
from netspec.interop.dl4j.last_step import JAVA as LAST_TIME_STEP
from netspec.interop.dl4j.layer import LayerTranslator
from netspec.interop.dl4j.pieces import Layout, Piece
from netspec.interop.dl4j.said import Said
from netspec.interop.dl4j.translator import Reading
from netspec.interop.dl4j.wrapper import WrapperTranslator, inside, obeys, pieces_of, write_inside
from netspec.layers.bidirectional import WAYS
from netspec.layers.bidirectional import Bidirectional as BidirectionalLayer
from netspec.layers.mask_zero import MaskZero
from netspec.layers.time_distributed import TimeDistributed
from netspec.plan import Node
from netspec.shapes import FeedForward, Recurrent, features

_PACKAGE = "org.deeplearning4j.nn.conf.layers."


class BidirectionalTranslator(WrapperTranslator):
    """fW, fRW, fb, bW, bRW, bb: all of the way ahead, then all of the way back."""

    java = _PACKAGE + "recurrent.Bidirectional"
    old = ("Bidirectional",)
    tag = "bidirectional"
    key = "fwd"
    way = WAYS[0]
    kind = Recurrent
    sequences = "steps"
    format_field = "rnndataFormat"

    @classmethod
    def own(cls, said: Said, reading: Reading) -> dict[str, Any]:
        """How both are combined; they differ in their numbers only."""
        said.ignore("nout")
        ways = [said.inner(way) for way in ("fwd", "bwd")]
        ahead, back = ({key: value for key, value in way.values.items() if key != "layerName"} if way else {} for way in ways)
        if ahead != back:
            reading.unspoken(f"{said.simple} of two different layers", said.place)
        mode = said.text("mode", "CONCAT").lower()
        if mode not in ("concat", "add", "mul", "average"):
            raise DataError(f"{said.place}: mode must be CONCAT, ADD, MUL or AVERAGE, got {mode.upper()}")
        return {"mode": mode}

    @classmethod
    def foreign(cls, node: Node, layout: Layout) -> dict[str, Any]:
        """Sizes, and the same layer once more."""
        if not isinstance(node.layer, BidirectionalLayer):
            raise TypeError(node.layer.type)
        back = write_inside(inside(node, WAYS[1]), layout)
        return {"mode": node.layer.mode.upper(), "nin": features(node.shapes[0]), "nout": features(node.output), "bwd": back}

    @classmethod
    def pieces(cls, node: Node, layout: Layout) -> tuple[Piece, ...]:
        """Both ways."""
        return tuple(piece for way, letter in zip(WAYS, "fb", strict=True) for piece in pieces_of(inside(node, way), way, layout, letter))


class TimeDistributedTranslator(WrapperTranslator):
    java = _PACKAGE + "recurrent.TimeDistributed"
    tag = "time_distributed"
    kind = Recurrent
    sequences = "steps"
    format_field = "rnnDataFormat"

    @classmethod
    def speaks_node(cls, node: Node) -> bool:
        """Where each step is a vector."""
        return isinstance(node.layer, TimeDistributed) and not node.layer.to

    @classmethod
    def within(cls, node: Node) -> Node:
        """It is given one step at a time."""
        return replace(super().within(node), shapes=tuple(FeedForward(features(shape)) for shape in node.shapes))


class MaskZeroTranslator(WrapperTranslator):
    """It gives the layer inside, which looks at it, a mask of its own alone."""

    java = _PACKAGE + "util.MaskZeroLayer"
    old = ("MaskZeroLayer",)
    tag = "mask_zero"
    kind = Recurrent
    sequences = "steps"
    ignores_masks = True

    @classmethod
    def read(cls, said: Said, reading: Reading) -> Any:
        """As a spec would write it."""
        found = super().read(said, reading)
        return found | {"layer": obeys(found["layer"])}

    @classmethod
    def own(cls, said: Said, reading: Reading) -> dict[str, Any]:
        """The value."""
        return {"value": said.number("maskingValue", said.number("maskValue", 0.0))}

    @classmethod
    def foreign(cls, node: Node, layout: Layout) -> dict[str, Any]:
        """The value."""
        return {"maskingValue": node.layer.value if isinstance(node.layer, MaskZero) else 0.0}


class LastTimeStepTranslator(WrapperTranslator):
    """The layer inside comes before the last step here."""

    java = LAST_TIME_STEP
    old = ("LastTimeStep",)
    tag = "last_time_step"
    kind = Recurrent
    sequences = "steps"

    @classmethod
    def read(cls, said: Said, reading: Reading) -> Any:
        """The last step alone; up to beta3 whatever the mask."""
        if reading.era < FIRST_MODERN:
            reading.report.mistake("last-time-step-ignores-mask", said.place)
            return {"type": cls.tag, "masking": "ignore"}
        return {"type": cls.tag}

    @classmethod
    def ahead(cls, said: Said, reading: Reading) -> list[dict[str, Any]]:
        """The layer inside."""
        found = super().read(said, reading)["layer"]
        return [found if reading.era < FIRST_MODERN else obeys(found)]

    @classmethod
    def speaks_node(cls, node: Node) -> bool:
        """A last step by itself is a vertex; an export wraps layers itself."""
        return False


class MaskTranslator(LayerTranslator):
    java = _PACKAGE + "util.MaskLayer"
    old = ("MaskLayer",)
    tag = "mask"
    silent: ClassVar = {"constraints": None, "idropout": None}
