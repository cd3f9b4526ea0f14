"""The shape of a network's input, which DL4J does not store: only its effects are in the file."""

from collections.abc import Callable, Mapping

from netspec.errors import Refused
from netspec.interop.dl4j.drafting import Draft
from netspec.interop.dl4j.foreign import Foreign, Vertex, consumers
from netspec.interop.dl4j.translator import Reading, translators
from netspec.layers import Layer
from netspec.shapes import Convolutional, FeedForward, Recurrent, Shape

LARGEST_IMAGE = 2048


def input_shape(name: str, network: Foreign, drafts: list[Draft], reading: Reading) -> Shape | None:
    """The shape of an input, as the vertices that take it tell it; None where they do not. Raises: DataError."""
    waiting, seen = list(consumers(network, name)), {name}
    while waiting:
        vertex = waiting.pop(0)
        found = _told_by(vertex, drafts, reading, network)
        if found is not None:
            return found
        if vertex.name not in seen and _passes_on(vertex):
            seen.add(vertex.name)
            waiting += consumers(network, vertex.name)
    return None


def _passes_on(vertex: Vertex) -> bool:
    """Whether what is told behind a vertex is true before it: layers that are not told a size change none."""
    found = translators("vertices").get(vertex.said.java)
    return vertex.is_layer or (found is not None and found.keeps_shape)


def _told_by(vertex: Vertex, drafts: list[Draft], reading: Reading, network: Foreign) -> Shape | None:
    made = next((one for one in drafts if one.vertex is vertex), None)
    if vertex.preprocessor is not None:
        translator = translators("preprocessors").get(vertex.preprocessor.java)
        if translator and (shape := translator.takes(vertex.preprocessor)):
            return shape if isinstance(shape, Shape) else None
        if translator and translator.takes_sequence() and "nin" in vertex.said:
            return Recurrent(vertex.said.integer("nin"))
    if made is not None and made.translator is not None and (own := made.translator.told(vertex.said)):
        return own
    if made is None or "nin" not in vertex.said or len(vertex.inputs) > 1:
        return None
    size = vertex.said.integer("nin")
    member = Layer.member(str(made.values["type"]))
    kind = member.takes[0] if member and size > 0 else None
    if kind is Convolutional:
        return _image(size, vertex, drafts, reading, network)
    return FeedForward(size) if kind is FeedForward else Recurrent(size) if kind is Recurrent else None


def _image(channels: int, first: Vertex, drafts: list[Draft], reading: Reading, network: Foreign) -> Shape | None:
    """Height and width that lead to the sizes which a layer behind is told; the smallest that drops no row or column."""
    chain, target = _chain(first, drafts, network)
    if target is None or not chain:
        return None
    height = _side(chain, channels, target[0], lambda image: image.height)
    width = _side(chain, channels, target[1], lambda image: image.width)
    if height is None or width is None:
        return None
    if height[1] or width[1]:
        text = f"{channels}x{height[0]}x{width[0]} leads to the sizes in the file, and so do others: --input says another"
        reading.report.note("warning", text, "input")
    return Convolutional(channels, height[0], width[0])


def _chain(first: Vertex, drafts: list[Draft], network: Foreign) -> tuple[list[Layer], tuple[int, int] | None]:
    """Layers from the input to the one that is told the size of its image, and that size."""
    found: list[Layer] = []
    vertex: Vertex | None = first
    while vertex is not None:
        said = vertex.preprocessor
        if said is not None and said.simple == "CnnToFeedForwardPreProcessor":
            return found, (said.integer("inputHeight"), said.integer("inputWidth"))
        made = next((one for one in drafts if one.vertex is vertex), None)
        layer = Layer.parse(made.values) if made else None
        if layer is not None and layer.takes[0] is FeedForward and "nin" in vertex.said and len(layer.takes) < 3:
            return found, _square(vertex.said.integer("nin"), found)
        if layer is not None:
            found.append(layer)
        vertex = next(consumers(network, vertex.name), None)
    return found, None


def _square(size: int, before: list[Layer]) -> tuple[int, int] | None:
    """Releases without preprocessors in the file: the image is taken to be square."""
    channels = next((getattr(layer, "n_out", None) for layer in reversed(before) if hasattr(layer, "n_out")), None)
    side = round((size / channels) ** 0.5) if channels else 0
    return (side, side) if channels and side * side * channels == size else None


def _side(chain: list[Layer], channels: int, target: int, axis: Callable[[Convolutional], int]) -> tuple[int, bool] | None:
    """The length of one side, and whether another would do as well."""
    fitting = _fitting(chain, channels, target, axis)
    exact = _fitting([_strict(layer) for layer in chain], channels, target, axis)
    return ((exact or fitting)[0], len(fitting) > 1) if fitting else None


def _fitting(chain: list[Layer], channels: int, target: int, axis: Callable[[Convolutional], int]) -> list[int]:
    found: list[int] = []
    for side in range(1, LARGEST_IMAGE):
        end = _end(chain, Convolutional(channels, side, side), axis)
        if end is not None and end > target:
            break
        found += [side] if end == target else []
    return found


def _strict(layer: Layer) -> Layer:
    return layer.model_copy(update={"mode": "strict"}) if getattr(layer, "mode", None) == "truncate" else layer


def _end(chain: list[Layer], image: Shape, axis: Callable[[Convolutional], int]) -> int | None:
    try:
        for layer in chain:
            image = layer.infer(image).output
    except Refused:
        return None
    return axis(image) if isinstance(image, Convolutional) else None


def shapes_as_said(shapes: Mapping[str, Shape]) -> object:
    """What stands under `input:`."""
    values = {name: _said(shape) for name, shape in shapes.items()}
    return next(iter(values.values())) if list(values) == ["input"] else values


def _said(shape: Shape) -> object:
    if isinstance(shape, Recurrent):
        return {"type": "recurrent", "size": shape.size} | ({} if shape.length is None else {"length": shape.length})
    return shape.size if isinstance(shape, FeedForward) else str(shape)
