"""Who takes whose output, and an order in which every layer comes after its inputs."""

from collections.abc import Iterable, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from heapq import heapify, heappop, heappush
from typing import NamedTuple

from netspec.errors import Path
from netspec.randoms import Random
from netspec.resolve.findings import Findings
from netspec.resolve.place import Placed, Wire, result
from netspec.scored import ScoredLayer
from netspec.spec import Spec
from netspec.suggestions import nearest_or_all


class Wired(NamedTuple):
    """All layers in topological order, and the names of the outputs in file order."""

    wires: tuple[Wire, ...]
    outputs: tuple[str, ...]


def wire(spec: Spec, placed: Placed, inputs: Mapping[str, object], findings: Findings) -> Wired | None:
    """Connect the layers; None when they cannot be (the findings say why)."""
    known = len(findings.problems)
    outputs = _outputs(spec, placed, findings)
    if not placed.right or len(findings.problems) > known:
        return None
    ordered = _ordered(placed.wires, inputs, findings)
    if ordered:
        _check_use(placed.wires, outputs, inputs, findings)
    return Wired(ordered, outputs) if len(findings.problems) == known else None


def arranged(wired: Wired, inputs: Iterable[str], random: Random) -> Wired:
    """The same layers in the order that the source of random numbers has, where it has one of its own."""
    wires = {wire.name: wire for wire in sorted(wired.wires, key=lambda wire: wire.path)}
    taken: dict[str, tuple[str, ...]] = dict.fromkeys(inputs, ()) | {name: wire.inputs for name, wire in wires.items()}
    return wired._replace(wires=tuple(wires[name] for name in random.arranged([wire.name for wire in wired.wires], taken)))


def _outputs(spec: Spec, placed: Placed, findings: Findings) -> tuple[str, ...]:
    names = [wire.name for wire in placed.wires]
    for word in spec.outputs or ():
        if word not in names and word not in placed.results:
            findings.refuse(("outputs",), "must name layers", got=word, help=nearest_or_all(word, names))
    scored = tuple(wire.name for wire in placed.wires if isinstance(wire.layer, ScoredLayer))
    said = tuple(result(name, placed.results) for name in spec.outputs or ())
    return said or scored or tuple(names[-1:])


def _ordered(wires: tuple[Wire, ...], inputs: Mapping[str, object], findings: Findings) -> tuple[Wire, ...]:
    sorter = TopologicalSorter({wire.name: [name for name in wire.inputs if name not in inputs] for wire in wires})
    try:
        sorter.prepare()
    except CycleError as error:
        around = error.args[1][:-1]
        first = next(wire for wire in wires if wire.name in around)
        start = around.index(first.name)
        circle = [*around[start:], *around[:start], first.name]
        findings.refuse((*first.path, "input"), f"must not lead back to the layer: {' → '.join(circle)}")
        return ()
    return tuple(wires[index] for index in _in_file_order(sorter, {wire.name: index for index, wire in enumerate(wires)}))


def _in_file_order(sorter: "TopologicalSorter[str]", index: Mapping[str, int]) -> Iterator[int]:
    """Of the layers whose inputs are there, always the first of the file."""
    names, ready = list(index), [index[name] for name in sorter.get_ready()]
    heapify(ready)
    while ready:
        yield (first := heappop(ready))
        sorter.done(names[first])
        for name in sorter.get_ready():
            heappush(ready, index[name])


def _check_use(wires: tuple[Wire, ...], outputs: tuple[str, ...], inputs: Mapping[str, object], findings: Findings) -> None:
    used = {name for wire in wires for name in wire.inputs}
    taken = [wire for wire in wires if wire.name in used and isinstance(wire.layer, ScoredLayer)]
    for wire in taken:
        findings.refuse_once(wire.path, f"must be the end of its branch: {wire.name} has a loss, yet another layer takes it")
    for wire in wires:
        if wire.name not in used and wire.name not in outputs and not taken:
            findings.refuse_once(
                wire.path,
                f"must lead to an output, but nobody takes {wire.name}",
                help="remove it, name it as another layer's `input`, or list it under `outputs`",
            )
    for name in inputs:
        if name not in used:
            path: Path = ("input", name) if name != "input" else ("input",)
            findings.refuse(path, "must be taken by a layer", help=f"say `input: {name}` on the layer that reads it")
