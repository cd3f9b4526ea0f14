"""Every layer at its place: its full name, and the names of what it takes. Blocks are taken apart.

A layer inside a block is called `<block>-<layer>`, in the k-th copy `<block>-<k>-<layer>`. A word after `input:` is looked for in
the list it stands in, then around it; `input` is what the block takes. A full name is known everywhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from netspec.blocks import Block
from netspec.errors import Path, dotted
from netspec.layers import Layer
from netspec.plan import Origin, Within
from netspec.resolve.findings import Findings
from netspec.resolve.names import names_of
from netspec.suggestions import nearest_or_all
from netspec.words import listed

MOST_LAYERS = 10_000
INPUT = "input"
"""What a block takes, in the words of its layers."""


class Wire(NamedTuple):
    """A layer with its full name and the names of its inputs."""

    name: str
    layer: Layer
    inputs: tuple[str, ...]
    path: Path
    blocks: tuple[Within, ...] = ()
    """The blocks around it, the outermost first."""


class Placed(NamedTuple):
    """All layers in file order."""

    wires: tuple[Wire, ...]
    results: Mapping[str, str]
    """Blocks that are no layer of their own, and the layers whose results are theirs."""

    right: bool
    """Whether all of it could be placed; if not, the findings say why."""


class _List(NamedTuple):
    """Where a list of layers stands."""

    layers: tuple[Layer, ...]
    path: Path
    words: Mapping[str, str]
    """What can be called by name around it, with the full names."""

    given: tuple[str, ...]
    """Names of what goes into the list."""

    blocks: tuple[Within, ...] = ()
    frozen: bool | None = None
    """What the blocks around it say of being frozen."""


@dataclass
class _Work:
    """What is placed so far."""

    findings: Findings
    wires: list[Wire] = field(default_factory=list)
    results: dict[str, str] = field(default_factory=dict)
    unknown: list[tuple[Path, str, list[str]]] = field(default_factory=list)
    """Words that are no names where they stand, with those that are: they may be full names."""


def place(layers: tuple[Layer, ...], inputs: Mapping[str, object], findings: Findings) -> Placed:
    """Name the layers and what they take, blocks taken apart."""
    known, work = len(findings.problems), _Work(findings)
    if _few_enough(layers, findings):
        _place_list(_List(layers, ("layers",), {name: name for name in inputs}, tuple(inputs)), work)
        if len(findings.problems) == known:
            _check_twins(work, tuple(inputs))
        _check_words(work, tuple(inputs))
    wires = [wire._replace(inputs=tuple(result(name, work.results) for name in wire.inputs)) for wire in work.wires]
    return Placed(tuple(wires), work.results, len(findings.problems) == known)


def result(name: str, results: Mapping[str, str]) -> str:
    """The layer whose result a name stands for."""
    while name in results:
        name = results[name]
    return name


def _few_enough(layers: tuple[Layer, ...], findings: Findings) -> bool:
    counts = [_count(layer) for layer in layers]
    for index, (layer, count) in enumerate(zip(layers, counts, strict=True)):
        if isinstance(layer, Block) and count > MOST_LAYERS:
            findings.refuse(("layers", index), f"must be at most {MOST_LAYERS:,} layers in all", got=count)
    return max(counts) <= MOST_LAYERS


def _count(layer: Layer) -> int:
    if not isinstance(layer, Block):
        return 1
    lists = {name: sum(_count(inner) for inner in getattr(layer, name) or ()) for name in layer.holders()}
    return sum(lists[chain.field] for chain in layer.chains()) + 1


def _place_list(here: _List, work: _Work) -> str:
    """Place the layers of a list; the name of the last."""
    prefix = here.blocks[-1].prefix if here.blocks else ""
    names = names_of(here.layers, here.path, here.given, work.findings)
    own = {name: prefix + name for name in names}
    inside = here._replace(words={**here.words, **own})
    before: tuple[str, ...] = here.given
    for index, (name, layer) in enumerate(zip(names, here.layers, strict=True)):
        words = _words(layer, (*here.path, index), before, [*names, *here.given], inside, work)
        full = tuple(inside.words.get(word, word) for word in words)
        _place_one(Wire(own[name], _frozen_with(layer, (*here.path, index), here, work), full, (*here.path, index), here.blocks), inside, work)
        before = (name,)
    return own[names[-1]]


def _frozen_with(layer: Layer, path: Path, here: _List, work: _Work) -> Layer:
    """The layer, frozen as the block around it where it says nothing itself."""
    if here.frozen is None or "frozen" in layer.model_fields_set:
        return layer
    said = work.findings.spec.where((*here.path[:-1], "frozen"))
    work.findings.origins[(*path, "frozen")] = Origin("inferred", said, "as the block around it")
    return layer.model_copy(update={"frozen": here.frozen})


def _words(layer: Layer, path: Path, before: tuple[str, ...], known: list[str], here: _List, work: _Work) -> tuple[str, ...]:
    """What a layer takes, in the words of its list."""
    found = layer.input or before[:1]
    if not layer.input and len(before) > 1:
        work.findings.refuse((*path, "input"), f"must be set: the network has several inputs ({listed(before, 'and')})")
    work.unknown += [((*path, "input"), word, known) for word in found if word not in here.words]
    if len(found) > 1 and not layer.several_inputs:
        work.findings.refuse((*path, "input"), f"must be one name: {layer.type} takes one input", got=list(found))
    return found


def _place_one(wire: Wire, here: _List, work: _Work) -> None:
    block = wire.layer
    if not isinstance(block, Block):
        work.wires.append(wire)
        return
    ends = list[str]()
    for chain in block.chains():
        words = {**here.words, INPUT: wire.inputs[0] if chain.after is None else ends[chain.after]}
        around = (*wire.blocks, Within(wire.name, chain.label, wire.path))
        inner = _List(getattr(block, chain.field), (*wire.path, chain.field), words, (INPUT,), around, block.frozen)
        ends.append(_place_list(inner, work))
    if joins := block.joins():
        work.wires.append(wire._replace(inputs=tuple(wire.inputs[0] if number is None else ends[number] for number in joins)))
    else:
        work.results[wire.name] = ends[-1]


def _check_twins(work: _Work, inputs: tuple[str, ...]) -> None:
    """Full names are unique."""
    first = dict[str, Path]()
    for wire in work.wires:
        other = first.setdefault(wire.name, wire.path)
        if other != wire.path or wire.name in work.results:
            _refuse_twin(wire, other, work)
        if wire.name in inputs:
            work.findings.refuse(("input", wire.name), f"must have another name, which the layer at {dotted(wire.path)} has")


def _check_words(work: _Work, inputs: tuple[str, ...]) -> None:
    """What is taken is there."""
    full = {*(wire.name for wire in work.wires), *work.results, *inputs}
    for path, word, known in work.unknown:
        if word not in full:
            work.findings.refuse(path, "must be the name of a layer or an input", got=word, help=nearest_or_all(word, known))


def _refuse_twin(wire: Wire, other: Path, work: _Work) -> None:
    """Two layers have one full name, which one of them or a block around it said."""
    said = next((path for path in (wire.path, other) if work.findings.spec.at(path).name), wire.path)
    rest = other if said == wire.path else wire.path
    work.findings.refuse((*said, "name"), f"must be a name of its own, and {wire.name} is another layer's too", others=((rest, "also called so"),))
