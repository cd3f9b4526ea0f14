"""The shape of a network's input, which DL4J does not store: only its effects are in the file."""

from collections.abc import Mapping

from netspec.errors import Refused
from netspec.interop.dl4j.drafting import Draft, parsed, place_of
from netspec.interop.dl4j.foreign import Foreign, Vertex, consumers
from netspec.interop.dl4j.translator import Reading, translators
from netspec.layers import Layer
from netspec.shapes import Convolutional, Convolutional3D, FeedForward, Grid, Recurrent, Shape

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
    kind = _kind(made) if size > 0 else None
    if kind is None or issubclass(kind, FeedForward):
        return FeedForward(size) if kind else None
    found = _grid(kind, size, vertex, drafts, reading, network)
    return Recurrent(size) if found is None and kind is Recurrent else found


def _kind(made: Draft) -> type[Shape] | None:
    """The kind of input that a vertex takes."""
    member = Layer.member(str(made.values["type"]))
    own = made.translator.kind if made.translator else None
    return own or (member.takes[0] if member else None)


def _grid(kind: type[Grid], channels: int, first: Vertex, drafts: list[Draft], reading: Reading, network: Foreign) -> Shape | None:
    """Sides that lead to the sizes which a layer behind is told; the smallest that drop no cell."""
    chain, target = _chain(first, drafts, network)
    if target is None or len(target) != len(kind.axes):
        return None
    sides = [_side(chain, kind, channels, size, axis) for axis, size in enumerate(target)]
    if any(side is None for side in sides):
        return None
    found = kind(channels, *(side[0] for side in sides if side))
    if any(side and side[1] for side in sides):
        reading.report.note("warning", f"{found} leads to the sizes in the file, and so do others: --input says another", "input")
    return found


def _chain(first: Vertex, drafts: list[Draft], network: Foreign) -> tuple[list[Layer], tuple[int, ...] | None]:
    """Layers from the input to the one that is told the size of what it takes, and that size."""
    found: list[Layer] = []
    vertex: Vertex | None = first
    while vertex is not None:
        made = next((one for one in drafts if one.vertex is vertex), None)
        told = _told_sides(vertex, made)
        if told is not None:
            return found, told
        layer = parsed(Layer, made.values, place_of(made)) if made else None
        if layer is not None and layer.takes[0] is FeedForward and "nin" in vertex.said and len(layer.takes) < 3:
            return found, _square(vertex.said.integer("nin"), found)
        if layer is not None:
            found.append(layer)
        vertex = next(consumers(network, vertex.name), None)
    return found, None


def _told_sides(vertex: Vertex, made: Draft | None) -> tuple[int, ...] | None:
    translator = translators("preprocessors").get(vertex.preprocessor.java) if vertex.preprocessor else None
    shape = translator.takes(vertex.preprocessor) if translator and not translator.makes_input else None
    if isinstance(shape, Convolutional | Convolutional3D):
        return tuple(side for side in shape.sides if side)
    return made.translator.told_sides(vertex.said) if made and made.translator else None


def _square(size: int, before: list[Layer]) -> tuple[int, int] | None:
    """Releases without preprocessors in the file: the image is taken to be square."""
    channels = next((getattr(layer, "n_out", None) for layer in reversed(before) if hasattr(layer, "n_out")), None)
    side = round((size / channels) ** 0.5) if channels else 0
    return (side, side) if channels and side * side * channels == size else None


def _side(chain: list[Layer], kind: type[Grid], channels: int, target: int, axis: int) -> tuple[int, bool] | None:
    """The length of one side, and whether another would do as well."""
    fitting = _fitting(chain, kind, channels, target, axis)
    exact = _fitting([_strict(layer) for layer in chain], kind, channels, target, axis)
    return ((exact or fitting)[0], len(fitting) > 1) if fitting else None


def _fitting(chain: list[Layer], kind: type[Grid], channels: int, target: int, axis: int) -> list[int]:
    found: list[int] = []
    for side in range(1, LARGEST_IMAGE):
        end = _end(chain, kind(channels, *(side for _ in kind.axes)), axis)
        if end is not None and end > target:
            break
        found += [side] if end == target else []
    return found


def _strict(layer: Layer) -> Layer:
    return layer.model_copy(update={"mode": "strict"}) if getattr(layer, "mode", None) == "truncate" else layer


def _end(chain: list[Layer], grid: Shape, axis: int) -> int | None:
    try:
        for layer in chain:
            grid = layer.infer(grid).output
    except Refused:
        return None
    return None if isinstance(grid, FeedForward) else grid.sides[axis]


def shapes_as_said(shapes: Mapping[str, Shape]) -> object:
    """What stands under `input:`."""
    values = {name: _said(shape) for name, shape in shapes.items()}
    return next(iter(values.values())) if list(values) == ["input"] else values


def _said(shape: Shape) -> object:
    if isinstance(shape, Recurrent):
        return {"type": "recurrent", "size": shape.size} | ({} if shape.length is None else {"length": shape.length})
    return shape.size if isinstance(shape, FeedForward) else str(shape)
