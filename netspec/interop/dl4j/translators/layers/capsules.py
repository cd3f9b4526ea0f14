"""PrimaryCapsules, CapsuleLayer, CapsuleStrengthLayer: layers on SameDiff, whose capsules are DL4J's features and netspec's steps."""

from typing import Any, ClassVar

from netspec.errors import Refused
from netspec.interop.dl4j.pieces import Layout, Piece
from netspec.interop.dl4j.said import Said
from netspec.interop.dl4j.samediff import SameDiffTranslator
from netspec.interop.dl4j.translator import Reading
from netspec.interop.dl4j.windows import read_mode, read_window, write_window
from netspec.layers._primary_capsules import PrimaryCapsulesLayer
from netspec.layers.capsule import Capsule
from netspec.plan import Node
from netspec.shapes import Convolutional, Recurrent

_PACKAGE = "org.deeplearning4j.nn.conf.layers."


class PrimaryCapsulesTranslator(SameDiffTranslator):
    """weight is 'c' [kernel height, kernel width, nIn, channels·size]."""

    java = _PACKAGE + "PrimaryCapsules"
    tag = "dl4j_primary_capsules"
    also = ("primary_capsules",)
    kind = Convolutional
    sequences = "capsules"
    fields: ClassVar = {"capsuleDimensions": "capsule_size", "channels": "channels", "hasBias": "has_bias", "useRelu": "use_relu", "leak": "leak"}

    @classmethod
    def own(cls, said: Said, reading: Reading) -> dict[str, Any]:
        """The window; a leak without ReLU does nothing."""
        reading.report.mistake("capsules-of-neighbours", said.place)
        leak = float(said.number("leak", 0.0)) if said.flag("useRelu", False) else 0.0
        return read_window(said, Convolutional) | read_mode(said, "convolutionMode") | {"leak": leak}

    @classmethod
    def foreign(cls, node: Node, layout: Layout) -> dict[str, Any]:
        """The window, and what follows from it. Raises: Refused."""
        layer, grid, output = node.layer, node.shapes[0], node.output
        if not isinstance(layer, PrimaryCapsulesLayer) or not isinstance(grid, Convolutional) or not isinstance(output, Recurrent):
            raise TypeError(layer.type)
        if not layer.as_it_lies and output.length != layer.channels:
            raise Refused("type", "must be dl4j_primary_capsules, whose capsules are put together as DL4J's")
        return write_window(layer.window(grid)) | {"inputChannels": grid.channels, "capsules": output.length}

    @classmethod
    def pieces(cls, node: Node, layout: Layout) -> tuple[Piece, ...]:
        """weight, bias."""
        values, channels, *kernel = node.parameters["weight"].shape
        weight = Piece("weight", "weight", (*kernel, channels, values), (3, 2, 0, 1))
        return (weight, Piece("bias", "bias", (values,))) if "bias" in node.parameters else (weight,)


class CapsuleTranslator(SameDiffTranslator):
    """weight is 'c' [1, capsules in, capsules·size, size in, 1]."""

    java = _PACKAGE + "CapsuleLayer"
    tag = "capsule"
    kind = Recurrent
    sequences = "capsules"
    fields: ClassVar = {"capsules": "capsules", "capsuleDimensions": "capsule_size", "routings": "routings", "hasBias": "has_bias"}

    @classmethod
    def foreign(cls, node: Node, layout: Layout) -> dict[str, Any]:
        """What comes in."""
        number, _, size = node.parameters["weight"].shape
        return {"inputCapsules": number, "inputCapsuleDimensions": size}

    @classmethod
    def pieces(cls, node: Node, layout: Layout) -> tuple[Piece, ...]:
        """weight, bias."""
        shape = node.parameters["weight"].shape
        weight = Piece("weight", "weight", (1, *shape, 1), shape=shape)
        if not isinstance(node.layer, Capsule) or not node.layer.has_bias:
            return (weight,)
        found = node.parameters["bias"].shape
        return (weight, Piece("bias", "bias", (1, 1, *found, 1), shape=found))


class CapsuleStrengthTranslator(SameDiffTranslator):
    """It has the fields of a layer with weights, without a meaning."""

    java = _PACKAGE + "CapsuleStrengthLayer"
    tag = "capsule_strength"
    kind = Recurrent
    sequences = "capsules"
