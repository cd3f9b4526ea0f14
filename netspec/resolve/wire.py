"""Names, who takes whose output, and an order in which every layer comes after its inputs.

A list is a graph in which nobody said `input`: a layer without it takes the one before it.
"""

import keyword
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from heapq import heapify, heappop, heappush
from typing import NamedTuple

from netspec.errors import Path
from netspec.layers import Layer, ScoredLayer
from netspec.randoms import Random
from netspec.resolve.findings import Findings
from netspec.spec import Spec
from netspec.suggestions import nearest_or_all
from netspec.words import listed

RESERVED = frozenset(
    """T_destination activate activations add add_module apply bfloat16 buffers call_super_init children compile cpu cuda double dropouts
    dump_patches eval extra_repr float forward get_buffer get_extra_state get_parameter get_submodule half input inputs ipu
    load_state_dict modules mtia named_buffers named_children named_modules named_parameters output_activations outputs parameters propagate
    register_backward_hook register_buffer register_forward_hook register_forward_pre_hook register_full_backward_hook
    register_full_backward_pre_hook register_load_state_dict_post_hook register_load_state_dict_pre_hook
    register_module register_parameter register_state_dict_post_hook register_state_dict_pre_hook requires_grad_
    set_extra_state set_submodule share_memory state_dict steps to to_empty train training type xpu zero_grad
    clear copy fromkeys get items keys pop popitem setdefault update values weight_noises""".split()
)
"""Names that torch's modules use themselves, so that no submodule can have them."""


class Wire(NamedTuple):
    """A layer with its name and the names of its inputs."""

    name: str
    layer: Layer
    inputs: tuple[str, ...]
    path: Path


class Wired(NamedTuple):
    """All layers in topological order, and the names of the outputs in file order."""

    wires: tuple[Wire, ...]
    outputs: tuple[str, ...]


def wire(spec: Spec, layers: Iterable[Layer], inputs: Mapping[str, object], findings: Findings) -> Wired | None:
    """Connect the layers; None when they cannot be (the findings say why)."""
    known = len(findings.problems)
    layers = tuple(layers)
    names = _names(layers, inputs, findings)
    wires = [
        Wire(name, layer, _inputs(layer, index, names, tuple(inputs), findings), ("layers", index))
        for index, (name, layer) in enumerate(zip(names, layers, strict=True))
    ]
    outputs = _outputs(spec, wires, findings)
    if len(findings.problems) > known:
        return None
    ordered = _ordered(wires, inputs, findings)
    if ordered:
        _check_use(wires, outputs, inputs, findings)
    return Wired(ordered, outputs) if len(findings.problems) == known else None


def arranged(wired: Wired, inputs: Iterable[str], random: Random) -> Wired:
    """The same layers in the order that the source of random numbers has, where it has one of its own."""
    wires = {wire.name: wire for wire in sorted(wired.wires, key=lambda wire: wire.path)}
    taken: dict[str, tuple[str, ...]] = dict.fromkeys(inputs, ()) | {name: wire.inputs for name, wire in wires.items()}
    return wired._replace(wires=tuple(wires[name] for name in random.arranged([wire.name for wire in wired.wires], taken)))


def _names(layers: tuple[Layer, ...], inputs: Mapping[str, object], findings: Findings) -> list[str]:
    counts, names = Counter[str](), list[str]()
    said = {layer.name for layer in layers if layer.name}
    for index, layer in enumerate(layers):
        counts[layer.type] += 1
        while not layer.name and f"{layer.type}_{counts[layer.type]}" in said:
            counts[layer.type] += 1
        name = layer.name or f"{layer.type}_{counts[layer.type]}"
        if layer.name:
            _check_name(name, index, names, inputs, findings)
        names.append(name)
    return names


def _check_name(name: str, index: int, before: list[str], inputs: Mapping[str, object], findings: Findings) -> None:
    here: Path = ("layers", index, "name")
    if name in before:
        first: Path = ("layers", before.index(name), "name")
        findings.refuse(here, "must be a name of its own", got=name, others=((first, "first used here"),))
    elif name in inputs:
        findings.refuse(here, "must not be the name of an input", got=name)
    elif name.startswith("_"):
        findings.refuse(here, "must not begin with _, as torch's modules' own names do", got=name, help=f"for example {name.strip('_') or 'layer'}_1")
    elif name in RESERVED or keyword.iskeyword(name):
        findings.refuse(here, "must not be a name that torch's modules use themselves", got=name, help=f"for example {name.strip('_')}_1")


def _inputs(layer: Layer, index: int, names: list[str], network: tuple[str, ...], findings: Findings) -> tuple[str, ...]:
    here: Path = ("layers", index, "input")
    if layer.input:
        for word in layer.input:
            if word not in names and word not in network:
                findings.refuse(here, "must be the name of a layer or an input", got=word, help=nearest_or_all(word, [*names, *network]))
        found = layer.input
    elif index:
        found = (names[index - 1],)
    else:
        found = network[:1]
        if len(network) > 1:
            findings.refuse(here, f"must be set: the network has several inputs ({listed(network, 'and')})")
    if len(found) > 1 and not layer.several_inputs:
        findings.refuse(here, f"must be one name: {layer.type} takes one input", got=list(found))
    return found


def _outputs(spec: Spec, wires: list[Wire], findings: Findings) -> tuple[str, ...]:
    names = [wire.name for wire in wires]
    for word in spec.outputs or ():
        if word not in names:
            findings.refuse(("outputs",), "must name layers", got=word, help=nearest_or_all(word, names))
    scored = tuple(wire.name for wire in wires if isinstance(wire.layer, ScoredLayer))
    return spec.outputs or scored or (names[-1],)


def _ordered(wires: list[Wire], inputs: Mapping[str, object], findings: Findings) -> tuple[Wire, ...]:
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


def _check_use(wires: list[Wire], outputs: tuple[str, ...], inputs: Mapping[str, object], findings: Findings) -> None:
    used = {name for wire in wires for name in wire.inputs}
    taken = [wire for wire in wires if wire.name in used and isinstance(wire.layer, ScoredLayer)]
    for wire in taken:
        findings.refuse(wire.path, f"must be the end of its branch: {wire.name} has a loss, yet another layer takes it")
    for wire in wires:
        if wire.name not in used and wire.name not in outputs and not taken:
            findings.refuse(
                wire.path,
                f"must lead to an output, but nobody takes {wire.name}",
                help="remove it, name it as another layer's `input`, or list it under `outputs`",
            )
    for name in inputs:
        if name not in used:
            path: Path = ("input", name) if findings.spec.source.has(("input", name)) else ("input",)
            findings.refuse(path, "must be taken by a layer", help=f"say `input: {name}` on the layer that reads it")
