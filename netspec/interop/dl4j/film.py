"""Films: DL4J takes a sequence apart into images, works on these as on any, and puts them together again; netspec works step by step.

RnnToCnnPreProcessor before a layer, and layers behind it up to the next preprocessor ⇄ `{type: time_distributed, to: 1x28x28, layer: …}`.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from netspec.interop.dl4j.layer import LayerTranslator
from netspec.interop.dl4j.pieces import Layout, Piece
from netspec.interop.dl4j.said import Said
from netspec.interop.dl4j.wrapper import inside, pieces_of, translator_inside
from netspec.layers import Layer
from netspec.layers.time_distributed import TimeDistributed
from netspec.plan import Node
from netspec.shapes import Convolutional, Recurrent, Shape

FILM = "RnnToCnnPreProcessor before a layer"
"""What the translator of such layers is called; they have no class of their own in DL4J."""

_OUTSIDE = ("type", "frozen", "name", "input")


def image_of(preprocessor: Said | None, before: Shape | None) -> Convolutional | None:
    """The image that a layer takes each step for; `before` is what the layer before it made of each."""
    if preprocessor is None:
        return before if isinstance(before, Convolutional) else None
    if preprocessor.simple != "RnnToCnnPreProcessor":
        return None
    return Convolutional(*(preprocessor.integer(key) for key in ("numChannels", "inputHeight", "inputWidth")))


def on_each_step(values: Mapping[str, Any], image: Convolutional) -> tuple[dict[str, Any], Shape]:
    """A layer's words as they stand around each step, and what the layer makes of it. Raises: Refused, ValidationError."""
    own = {word: value for word, value in values.items() if word not in _OUTSIDE or word == "type"}
    outside = {word: values[word] for word in _OUTSIDE[1:] if word in values}
    made = Layer.parse(own).infer(image).output
    return {"type": "time_distributed", "to": str(image), "layer": own, **outside}, made


def layer_of(node: Node) -> Node:
    """The node that the layer inside would be on one image. Raises: Refused."""
    if not isinstance(node.layer, TimeDistributed) or not isinstance(node.shapes[0], Recurrent):
        raise TypeError(node.layer.type)
    image = node.layer.step(node.shapes[0])
    return replace(inside(node, "layer"), shapes=(image,), output=node.layer.layer.infer(image).output)


class FilmTranslator(LayerTranslator):
    """DL4J's object is that of the layer inside; what stands before it says the rest."""

    java = FILM
    tag = "time_distributed"
    sequences = "film"

    @classmethod
    def write_layer(cls, node: Node, layout: Layout) -> dict[str, Any]:
        """DL4J's object for a node. Raises: Refused."""
        inner = layer_of(node)
        return translator_inside(inner).write_layer(inner, layout)

    @classmethod
    def pieces(cls, node: Node, layout: Layout) -> tuple[Piece, ...]:
        """Those of the layer inside."""
        return pieces_of(layer_of(node), "layer", layout)

    @classmethod
    def speaks_node(cls, node: Node) -> bool:
        """Where each step is an image."""
        return isinstance(node.layer, TimeDistributed) and bool(node.layer.to)
