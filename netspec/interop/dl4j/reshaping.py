"""Preprocessors of an export: what is a layer of netspec's, or nothing at all, stands before the next layer in DL4J."""

from typing import Any

from netspec.errors import DataError
from netspec.interop.dl4j.film import layer_of
from netspec.interop.dl4j.formats import CHANNELS_LAST, FLATTENED, format_name
from netspec.interop.dl4j.layer import LayerTranslator
from netspec.layers.time_distributed import TimeDistributed
from netspec.plan import Node
from netspec.shapes import Convolutional, Convolutional3D, Recurrent, Shape

_PACKAGE = "org.deeplearning4j.nn.conf.preprocessor."


def flattening(shape: Shape, facts: dict[str, Any]) -> dict[str, Any]:
    """What flattens an image or a volume before a layer that is told these facts. Raises: DataError for a sequence."""
    last = FLATTENED in facts
    if isinstance(shape, Convolutional):
        return {"@class": f"{_PACKAGE}CnnToFeedForwardPreProcessor", **_sizes(shape), "format": format_name(shape, last=last)}
    if isinstance(shape, Convolutional3D):
        sizes = {"inputDepth": shape.depth, "inputHeight": shape.height, "inputWidth": shape.width, "numChannels": shape.channels}
        return {"@class": f"{_PACKAGE}Cnn3DToFeedForwardPreProcessor", **sizes, "ncdhw": not last}
    raise DataError("a sequence must not be flattened, as DL4J has no such layer")


def from_rows(shape: Shape) -> dict[str, Any] | None:
    """What makes images of the rows of pixels that DL4J is given."""
    if not isinstance(shape, Convolutional):
        return None
    return {"@class": f"{_PACKAGE}FeedForwardToCnnPreProcessor", **_sizes(shape)}


def _sizes(image: Convolutional) -> dict[str, int]:
    return {"inputHeight": image.height, "inputWidth": image.width, "numChannels": image.channels}


def mixes_capsules(node: Node, given: str, translator: type[LayerTranslator]) -> bool:
    """Whether capsules are taken for steps, or steps for capsules: both are sequences here, and each other's transpose in DL4J."""
    return isinstance(node.shapes[0], Recurrent) and (given == "capsules") != (translator.sequences == "capsules")


class Sequences:
    """How each sequence of the network lies in DL4J: all steps as rows, steps as steps, or all steps as images (a film)."""

    def __init__(self, inputs: dict[str, Shape]) -> None:
        self.lies = {name: "steps" for name, shape in inputs.items() if isinstance(shape, Recurrent)}
        self.images = dict[str, Shape]()
        """What each step of a film is."""

    def before(self, node: Node, translator: type[LayerTranslator], facts: dict[str, Any]) -> dict[str, Any] | None:
        """What brings a node's input into the form that its class takes, where it has another; remembers the form of its output."""
        given = self.lies.get(node.inputs[0], "")
        if mixes_capsules(node, given, translator):
            raise DataError(f"{node.name} must not take capsules for a sequence or a sequence for capsules, which DL4J lays out otherwise")
        wanted = translator.sequences or given
        forms = {self.lies[name] for name in node.inputs if name in self.lies}
        if (translator.family == "vertices" and forms - {wanted}) or (given, wanted) == ("rows", "film"):
            help_ = "{type: time_distributed, layer: …} around a dense layer gives steps"
            raise DataError(f"{node.name} must take steps of a sequence, which are rows behind a dense layer in DL4J, and not all of one example", help=help_)
        if isinstance(node.output, Recurrent):
            self.lies[node.name] = wanted or "steps"
        if "film" in (given, wanted):
            return self._film(node, given, wanted)
        if not given or wanted == given:
            return None
        name = "RnnToFeedForward" if wanted == "rows" else "FeedForwardToRnn"
        return {"@class": f"{_PACKAGE}{name}PreProcessor", "rnnDataFormat": format_name(node.shapes[0], last=facts.get(CHANNELS_LAST, False))}

    def _film(self, node: Node, given: str, wanted: str) -> dict[str, Any] | None:
        """Likewise, where one of both is a film."""
        before, inner = self.images.get(node.inputs[0]), layer_of(node) if isinstance(node.layer, TimeDistributed) else None
        after = inner.output if inner else before
        if isinstance(after, Convolutional):
            self.images[node.name] = after
        elif wanted == "film":
            self.lies[node.name] = "rows"
        if wanted == given:
            if inner and inner.shapes[0] != before:
                raise DataError(f"{node.name} must take each step for {before}, the image that {node.inputs[0]} makes, as DL4J does, got {inner.shapes[0]}")
            return None
        if wanted == "film":
            name, image = "RnnToCnn", inner.shapes[0] if inner else None
        else:
            name, image = "CnnToRnn" if wanted == "steps" else "CnnToFeedForward", before
        if not isinstance(image, Convolutional):
            raise TypeError(node.name)
        form = {"rnnDataFormat": "NCW"} if "Rnn" in name else {"format": "NCHW"} if wanted == "rows" else {}
        return {"@class": f"{_PACKAGE}{name}PreProcessor", **_sizes(image), **form}
