"""A network of DL4J's → the layers of a spec, each value said, with the names that netspec allows."""

import keyword
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from pydantic import ValidationError

from netspec.component import Component
from netspec.errors import DataError, Refused
from netspec.interop.dl4j.film import FILM, image_of, on_each_step
from netspec.interop.dl4j.foreign import Foreign, Vertex
from netspec.interop.dl4j.layer import LayerTranslator
from netspec.interop.dl4j.preprocessor import preprocessor_of
from netspec.interop.dl4j.said import Said, Unspoken
from netspec.interop.dl4j.translator import Reading, is_spoken, translators
from netspec.layers import Layer
from netspec.plan import Node, Plan
from netspec.resolve.names import RESERVED
from netspec.scored import ScoredLayer
from netspec.shapes import Shape

Known = TypeVar("Known", bound=Component)
_DEFAULT_NAME = re.compile(r"layer[0-9]+(_[0-9]+)?")


@dataclass
class Draft:
    """A layer of the spec to be, and where it comes from."""

    name: str
    values: dict[str, Any]
    inputs: tuple[str, ...]
    """Names as netspec has them."""

    vertex: Vertex | None = None
    """None for a reshaping that stood before a vertex."""

    translator: type[LayerTranslator] | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    named: bool = True
    """False where the name is not worth saying."""

    rank: int = 0
    """Its place in the order of the parameter vector."""

    hands_on: bool = False
    """True where it, not the draft of the vertex itself, is what other vertices take."""


def of_nodes(plan: Plan, drafts: Sequence[Draft]) -> Iterator[tuple[Node, Draft | None]]:
    """The nodes of a plan, each with the draft that it came from; None for what the resolver inserted."""
    for node in plan.nodes:
        index = node.path[1] if node.path else None
        yield node, drafts[index] if isinstance(index, int) else None


def draft(network: Foreign, reading: Reading) -> tuple[list[Draft], dict[str, str]]:
    """Layers in file order, in which weights are drawn, and the name here of each input and vertex. Raises: DataError, Unspoken."""
    names = _allowed(network)
    drafts: list[Draft] = []
    stands_for = {name: names[name] for name in network.inputs}
    films = dict[str, Shape]()
    for vertex in _sorted(network):
        found = _as_film(list(_drafts(vertex, names[vertex.name], stands_for, network, reading)), vertex, films)
        if any(vertex.name in other.inputs for other in network.vertices):
            found = list(_apart(found))
        handed = next((one for one in found if one.hands_on), found[-1] if found else None)
        stands_for[vertex.name] = handed.name if handed else stands_for[vertex.inputs[0]]
        drafts += found
    for rank, one in enumerate(drafts):
        one.rank = rank
    drafts = _as_declared(drafts, network)
    _note_changed(network, names, reading)
    _check_ends(network, drafts, reading)
    return drafts, names


def _apart(drafts: list[Draft]) -> Iterator[Draft]:
    """A layer with a loss that other vertices take: its weights, its activation, and the loss each a layer of its own."""
    for one in drafts:
        member = Layer.member(str(one.values["type"]))
        if one.vertex is None or not (member and issubclass(member, ScoredLayer)):
            yield one
            continue
        dense = Layer.member("dense") or member
        of_loss = {word: value for word, value in one.values.items() if word in ("loss", "activation")}
        inputs = one.inputs
        if one.values["type"] == "output":
            weights = {word: value for word, value in one.values.items() if word in dense.model_fields}
            yield Draft(f"{one.name}_weights", {**weights, "type": "dense", "activation": {"type": "identity"}}, inputs, facts=one.facts)
            inputs = (f"{one.name}_weights",)
        yield Draft(f"{one.name}_activation", {"type": "activation", "activation": of_loss["activation"]}, inputs, hands_on=True)
        yield replace(one, values={"type": "loss", **of_loss}, inputs=inputs, facts={})


def _as_declared(drafts: list[Draft], network: Foreign) -> list[Draft]:
    """In the order of the file, a reshaping before its vertex."""
    declared = {vertex.name: index for index, vertex in enumerate(network.vertices)}
    found, between = list[tuple[int, Draft]](), list[Draft]()
    for one in drafts:
        between.append(one)
        if one.vertex:
            found += [(declared[one.vertex.name], part) for part in between]
            between = []
    return [one for _, one in sorted(found, key=lambda pair: pair[0])]


def _check_ends(network: Foreign, drafts: list[Draft], reading: Reading) -> None:
    """A vertex that leads nowhere is an output here, so that its numbers are kept; it has no loss to be trained with. Raises: Unspoken."""
    for name in loose_ends(network):
        one = next((one for one in drafts if one.vertex and one.vertex.name == name), None)
        member = Layer.member(str(one.values["type"])) if one else None
        if member and issubclass(member, ScoredLayer):
            reading.unspoken("a loss that is no output", name)
        elif one:
            reading.report.note("warning", "leads to no output, so that DL4J trains nothing of this network; it is an output here, without a loss", name)


def loose_ends(network: Foreign) -> list[str]:
    """Vertices that neither a vertex takes nor the network gives out."""
    taken = {name for vertex in network.vertices for name in vertex.inputs}
    return [vertex.name for vertex in network.vertices if vertex.name not in taken and vertex.name not in network.outputs]


def _note_changed(network: Foreign, names: dict[str, str], reading: Reading) -> None:
    for theirs, ours in names.items():
        if ours != theirs and theirs not in network.inputs:
            reading.report.note("converted", f"called {ours} here", theirs)


def _sorted(network: Foreign) -> Iterator[Vertex]:
    """So that every vertex comes after its inputs."""
    by_name = {vertex.name: vertex for vertex in network.vertices}
    return (by_name[name] for name in network.order)


def _drafts(vertex: Vertex, name: str, stands_for: Mapping[str, str], network: Foreign, reading: Reading) -> Iterator[Draft]:
    translator = _translator(vertex.said, "layers" if vertex.is_layer else "vertices", reading)
    if translator is None:
        return
    values = translator.read(vertex.said, reading)
    member = Layer.member(str(values["type"]))
    if member is None:
        reading.unspoken(vertex.said.simple, vertex.said.place)
        return
    _check_words(member, values, vertex.said, reading)
    inputs = _inputs(vertex, translator, stands_for)
    if vertex.preprocessor and not _is_at_input(vertex, network):
        for number, reshaping in enumerate(_reshapings(vertex.preprocessor, member, reading), 1):
            between = f"{name}_input" if number == 1 else f"{name}_input_{number}"
            yield Draft(between, reshaping, inputs, named=network.kind == "graph")
            inputs = (between,)
    frozen = {"frozen": True} if vertex.frozen else {}
    facts = translator.facts(vertex.said, reading, vertex.conf)
    if vertex.preprocessor and (before := preprocessor_of(vertex.preprocessor, reading)):
        facts = before.facts(vertex.preprocessor) | facts
    for number, ahead in enumerate(translator.ahead(vertex.said, reading), 1):
        yield Draft(f"{name}_steps_{number}" if number > 1 else f"{name}_steps", ahead | frozen, inputs, facts=facts, named=network.kind == "graph")
        inputs = (f"{name}_steps",)
    named = network.kind == "graph" or not _DEFAULT_NAME.fullmatch(vertex.name)
    yield Draft(name, values | frozen, inputs, vertex, translator, facts, named)
    _note_unread(vertex, reading)


def _as_film(drafts: list[Draft], vertex: Vertex, films: dict[str, Shape]) -> list[Draft]:
    """The drafts of a vertex, where it works on the images of a film; `films` are what drafts make of each. Raises: Unspoken."""
    if not drafts or not vertex.is_layer:
        return drafts
    taken, last = drafts[0].inputs[0], drafts[-1]
    if taken in films and vertex.preprocessor is not None:  # laid out flat as it is
        drafts = [replace(last, inputs=(taken,))]
    image = image_of(vertex.preprocessor, films.get(taken))
    if image is None:
        return drafts
    try:
        values, films[last.name] = on_each_step(last.values, image)
    except (ValidationError, Refused) as error:
        raise Unspoken(f"{vertex.said.simple} on the images of a film", vertex.said.place) from error
    return [replace(last, values=values, inputs=(taken,), translator=translators("layers")[FILM])]


def _inputs(vertex: Vertex, translator: type[LayerTranslator], stands_for: Mapping[str, str]) -> tuple[str, ...]:
    """What stands here for the vertex's inputs. Raises: DataError."""
    names = (*vertex.inputs, *translator.also_takes(vertex.said))
    if unknown := [name for name in names if name not in stands_for]:
        raise DataError(f"{vertex.said.place} must take a vertex or an input of the network, got {unknown[0]}")
    return tuple(stands_for[name] for name in names)


def _translator(said: Said, family: str, reading: Reading) -> type[LayerTranslator] | None:
    found: type[LayerTranslator] | None = translators(family).get(said.java)
    if found is None or not is_spoken(found):
        reading.unspoken(said.simple, said.place)
        return None
    return found


def _check_words(member: type[Layer], values: dict[str, Any], said: Said, reading: Reading) -> None:
    for word in [word for word in values if word not in member.model_fields]:
        reading.unspoken(f"{said.simple} with {word}", said.place)
        del values[word]


def _reshapings(said: Said, member: type[Layer], reading: Reading) -> list[dict[str, Any]]:
    translator = preprocessor_of(said, reading)
    found = translator.layers(said, member, reading) if translator else []
    for values in found:
        known = Layer.member(values["type"])
        if known is None:
            reading.unspoken(said.simple, said.place)
        else:
            _check_words(known, values, said, reading)
    return [values for values in found if Layer.member(values["type"])]


def _is_at_input(vertex: Vertex, network: Foreign) -> bool:
    """Whether its preprocessor makes of the network's input what netspec is given."""
    said = vertex.preprocessor
    found = translators("preprocessors").get(said.java) if said else None
    return bool(found and found.makes_input and vertex.inputs[0] in network.inputs)


def _note_unread(vertex: Vertex, reading: Reading) -> None:
    unread = sorted(key for key in vertex.said.unread() if key != "@class")
    if unread:
        reading.report.note("left out", f"{', '.join(unread)}", vertex.said.place)


def _allowed(network: Foreign) -> dict[str, str]:
    """A name that netspec allows for each of DL4J's; a single input is called `input`."""
    found = {network.inputs[0]: "input"} if len(network.inputs) == 1 else {name: _plain(name) for name in network.inputs}
    for vertex in network.vertices:
        plain = _plain(vertex.name)
        plain = f"{plain}_1" if plain in RESERVED or keyword.iskeyword(plain) else plain
        number, free = 2, plain
        while free in found.values():
            free, number = f"{plain}_{number}", number + 1
        found[vertex.name] = free
    return found


def _plain(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9_-]", "_", name).strip("_")[:56] or "layer"


def place_of(one: Draft) -> str:
    """What messages call it."""
    return one.vertex.said.place if one.vertex else one.name


def parsed(family: type[Known], values: Mapping[str, Any], place: str) -> Known:
    """The component that these values describe. Raises: DataError where one of them is none that netspec takes."""
    try:
        return family.parse(dict(values))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(step) for step in first["loc"])
        raise DataError(f"{place}: {where} {first['msg']}, got {first['input']!r}"[:400]) from error
