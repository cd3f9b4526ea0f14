"""Base of the translators of DL4J's wrappers: one layer around another."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar

from netspec.errors import DataError, Refused
from netspec.interop.dl4j.layer import COMPUTED_ALIKE, LayerTranslator
from netspec.interop.dl4j.older import modern_object
from netspec.interop.dl4j.parameters import translator_of
from netspec.interop.dl4j.pieces import Layout, Piece
from netspec.interop.dl4j.said import Said
from netspec.interop.dl4j.translator import Reading, is_spoken, translators
from netspec.layers import Layer
from netspec.plan import Node
from netspec.shapes import Recurrent, Shape
from netspec.wrappers import Wrapper

NONE: Mapping[str, Any] = {"constraints": None, "gradientNormalization": "None", "gradientNormalizationThreshold": 1.0, "idropout": None, "layerName": None}
"""What a wrapper says of itself; the layer inside has its own."""


class WrapperTranslator(LayerTranslator):
    """The layer inside says all there is to say."""

    key: ClassVar[str] = "underlying"
    """DL4J's field of the layer inside."""

    way: ClassVar[str] = "layer"
    """What the layer inside is called in the module."""

    @classmethod
    def read(cls, said: Said, reading: Reading) -> Any:
        """The wrapper as a spec would write it."""
        said.ignore(*COMPUTED_ALIKE, *NONE)
        if said.raw("idropout") is not None:
            reading.unspoken(f"{said.simple} with dropout of its own", said.place)
        masks = {"masking": "ignore"} if cls.ignores_masks else {}
        return {"type": cls.tag, **masks, **cls.own(said, reading), "layer": read_inside(said, cls.key, reading)}

    @classmethod
    def write_layer(cls, node: Node, layout: Layout) -> dict[str, Any]:
        """DL4J's object for a node. Raises: Refused."""
        written = write_inside(cls.within(node), layout)
        return {"@class": cls.java, **NONE, **cls.silent, cls.key: written, **cls.format(node, layout), **cls.foreign(node, layout)}

    @classmethod
    def within(cls, node: Node) -> Node:
        """The node that the layer inside would be by itself."""
        return inside(node, cls.way)

    @classmethod
    def pieces(cls, node: Node, layout: Layout) -> tuple[Piece, ...]:
        """Those of the layer inside."""
        return pieces_of(cls.within(node), cls.way, layout)

    @classmethod
    def facts(cls, said: Said, reading: Reading, conf: Said) -> dict[str, Any]:
        """Those of the layer inside."""
        inner = _inner(said, cls.key)
        found: type[LayerTranslator] | None = translators("layers").get(inner.java)
        return super().facts(said, reading, conf) | (found.facts(inner, reading, conf) if found else {})

    @classmethod
    def told(cls, said: Said) -> Shape | None:
        """A sequence of the size that the layer inside takes."""
        inner = _inner(said, cls.key)
        found: type[LayerTranslator] | None = translators("layers").get(inner.java)
        told = found.told(inner) if found else None
        return told or (Recurrent(inner.integer("nin")) if "nin" in inner else None)


def _inner(said: Said, key: str) -> Said:
    found = said.inner(key)
    if found is None:
        raise DataError(f"{said.place} must have a layer inside, under {key}")
    return Said(modern_object("layers", found.values), found.place)


def read_inside(said: Said, key: str, reading: Reading) -> dict[str, Any]:
    """The layer inside as a spec would write it. Raises: DataError, Unspoken."""
    inner = _inner(said, key)
    found: type[LayerTranslator] | None = translators("layers").get(inner.java)
    if found is None or not is_spoken(found):
        reading.unspoken(inner.simple, inner.place)
        return {"type": "activation", "activation": {"type": "identity"}}
    values: dict[str, Any] = found.read(inner, reading)
    if unread := sorted(key for key in inner.unread() if key != "@class"):
        reading.report.note("left out", ", ".join(unread), inner.place)
    return values


def inside(node: Node, way: str) -> Node:
    """The node that the layer inside would be by itself; `way` is what the module calls it."""
    wrapper = node.layer
    if not isinstance(wrapper, Wrapper):
        raise TypeError(wrapper.type)
    own = {name.removeprefix(f"{way}."): parameter for name, parameter in node.parameters.items() if name.startswith(f"{way}.")}
    return replace(node, layer=wrapper.layer, parameters=own)


def translator_inside(node: Node) -> type[LayerTranslator]:
    """The class of DL4J's that the layer inside is. Raises: Refused."""
    found = translator_of(node)
    if found is None:
        raise Refused("layer", f"must be a layer that DL4J has, got {node.layer.type}")
    return found


def write_inside(node: Node, layout: Layout) -> dict[str, Any]:
    """DL4J's object for the layer inside. Raises: Refused, LookupError."""
    return {"layerName": None, **translator_inside(node).write_layer(node, layout)}


def pieces_of(inner: Node, way: str, layout: Layout, before: str = "") -> tuple[Piece, ...]:
    """The pieces of the layer inside, under the names that they have outside; `before` is what DL4J puts before its own."""
    return tuple(replace(piece, name=before + piece.name, array=f"{way}.{piece.array}") for piece in translator_inside(inner).pieces(inner, layout))


def obeys(values: dict[str, Any]) -> dict[str, Any]:
    """A layer's values where DL4J's does look at masks, since it is inside one that hands them on."""
    member = Layer.member(str(values["type"]))
    inner = {"layer": obeys(values["layer"])} if isinstance(values.get("layer"), dict) else {}
    return values | inner | ({"masking": "reset"} if member and "masking" in member.model_fields else {})
