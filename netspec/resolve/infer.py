"""Shapes and parameters of every node, in topological order, with reshaping inserted where kinds differ."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from netspec.errors import Path, Refused
from netspec.layers import Layer, Parameter
from netspec.plan import Node
from netspec.resolve.adapt import adapter
from netspec.resolve.findings import Findings
from netspec.resolve.place import Wire
from netspec.resolve.wire import Wired
from netspec.shapes import Convolutional, FeedForward, Shape, features
from netspec.words import listed


@dataclass
class _Walk:
    """Where the walk through the network stands."""

    shapes: dict[str, Shape]
    nodes: list[Node] = field(default_factory=list)
    rows: dict[str, Fraction] = field(default_factory=dict)
    """Rows for each example, by name."""

    taken: set[str] = field(default_factory=set)


def infer(wired: Wired, inputs: Mapping[str, Shape], findings: Findings) -> tuple[Node, ...]:
    """Nodes with their shapes; a layer whose input failed is skipped, so that one mistake is one message."""
    walk = _Walk(dict(inputs), rows=dict.fromkeys(inputs, Fraction(1)), taken={wire.name for wire in wired.wires})
    for wire in wired.wires:
        if all(name in walk.shapes for name in wire.inputs):
            _infer_one(wire, walk, findings)
    return tuple(walk.nodes)


def _infer_one(wire: Wire, walk: _Walk, findings: Findings) -> None:
    names = tuple(_adapted(name, wire, walk, findings) for name in wire.inputs)
    if None in names:
        return
    found = tuple(name for name in names if name)
    shapes = tuple(walk.shapes[name] for name in found)
    try:
        _check_dropout(wire, shapes[0], findings)
        inferred = wire.layer.infer(*shapes)
    except Refused as refusal:
        findings.refused(wire.path, refusal)
        return
    _check_n_in(wire, found, shapes, findings)
    _check_constraints(wire, inferred.parameters, findings)
    _check_rows(wire, found, walk, findings)
    rows = walk.rows[found[0]] * inferred.rows
    _add(walk, Node(wire.name, wire.layer, found, shapes, inferred.output, inferred.parameters, wire.path, rows=rows, blocks=wire.blocks))


def _check_rows(wire: Wire, names: tuple[str, ...], walk: _Walk, findings: Findings) -> None:
    """What is stacked cannot be combined with what is not."""
    other = next((name for name in names if walk.rows[name] != walk.rows[names[0]]), None)
    if other is not None:
        rule = f"must have as many rows for each example, and {names[0]} has {walk.rows[names[0]]}, {other} {walk.rows[other]}"
        findings.refuse((*wire.path, "input"), rule, help="{type: unstack} takes a stack apart")


def _check_dropout(wire: Wire, shape: Shape, findings: Findings) -> None:
    if noise := wire.layer.noise:
        with findings.refusals((*wire.path, *wire.layer.inside, "dropout")):
            noise.check(shape)


def _check_constraints(wire: Wire, parameters: Mapping[str, Parameter], findings: Findings) -> None:
    constraints = wire.layer.weighted.constraints if wire.layer.weighted else None
    own = (*wire.path, *wire.layer.inside, "constraints")
    origin = findings.origins.get(own)
    said = ("constraints",) if origin and origin.kind == "inherited" else own
    for index, constraint in enumerate(constraints or ()):
        for parameter in parameters.values():
            try:
                if constraint.holds_for(parameter.role):
                    constraint.check(parameter.shape)
            except Refused as refusal:
                findings.refused_once((*said, index), refusal)
                break


def _add(walk: _Walk, node: Node) -> None:
    walk.nodes.append(node)
    walk.shapes[node.name], walk.rows[node.name] = node.output, node.rows


def _adapted(name: str, wire: Wire, walk: _Walk, findings: Findings) -> str | None:
    """The input's own name, or that of a reshaping node put between; None when no reshaping fits."""
    shape = walk.shapes[name]
    if isinstance(shape, wire.layer.takes):
        return name
    between = adapter(shape, wire.layer)
    if between is None:
        _refuse_kind(shape, name, wire.layer, wire.path, findings)
        return None
    note = f"{wire.name} takes {wire.layer.takes[0].kind}, {name} gives {shape.kind}"
    free = _free_name(f"{wire.blocks[-1].prefix if wire.blocks else ''}{between.type}", walk.taken)
    node = Node(free, between, (name,), (shape,), between.infer(shape).output, {}, None, note, walk.rows[name], wire.blocks)
    walk.taken.add(node.name)
    _add(walk, node)
    return node.name


def _refuse_kind(shape: Shape, name: str, layer: Layer, path: Path, findings: Findings) -> None:
    wanted = listed([kind.kind for kind in layer.takes])
    image = isinstance(shape, FeedForward) and Convolutional in layer.takes
    help_ = "write the input as channels x height x width, for example input: 1x28x28" if image else None
    findings.refuse(path, f"must have {wanted} as input, and {name} gives {shape.kind} ({shape})", help=help_)


def _free_name(stem: str, taken: set[str]) -> str:
    return next(name for number in range(1, len(taken) + 2) if (name := f"{stem}_{number}") not in taken)


def _check_n_in(wire: Wire, names: tuple[str, ...], shapes: tuple[Shape, ...], findings: Findings) -> None:
    said = wire.layer.weighted.n_in if wire.layer.weighted else None
    actual = features(shapes[0])
    if said is not None and said != actual:
        rule = f"must be {actual}, {_what(shapes[0])} {names[0]} gives, got {said}"
        findings.refuse_once((*wire.path, *wire.layer.inside, "n_in"), rule, help="n_in follows from the layer before; leave it out")


def _what(shape: Shape) -> str:
    return "what" if isinstance(shape, FeedForward) else f"as {shape} is what"
