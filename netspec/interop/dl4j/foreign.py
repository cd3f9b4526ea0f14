"""A network as DL4J describes it, list or graph alike, in the form of 1.0.0-M2.1 whatever release wrote it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from netspec.errors import DataError
from netspec.interop.dl4j.frozen import thawed
from netspec.interop.dl4j.older import modern_layer, modern_object
from netspec.interop.dl4j.said import Said
from netspec.interop.dl4j.topology import topological_order
from netspec.interop.dl4j.translator import Reading

GRAPH = "org.deeplearning4j.nn.conf.graph."
LAYER_VERTEX = GRAPH + "LayerVertex"


@dataclass(frozen=True)
class Vertex:
    """One layer or vertex at its place in the network."""

    name: str
    inputs: tuple[str, ...]
    said: Said
    """The layer's own object, or the vertex's."""

    is_layer: bool
    preprocessor: Said | None = None
    conf: Said = field(default_factory=lambda: Said({}, ""))
    """What stands around a layer: seed, miniBatch, optimizationAlgo …"""

    frozen: str = ""
    """The wrapper that keeps the layer as it is, where there is one."""


@dataclass(frozen=True)
class Foreign:
    """A whole network."""

    kind: Literal["list", "graph"]
    vertices: tuple[Vertex, ...]
    """In the order of the file, in which initial weights are drawn."""

    order: tuple[str, ...]
    """Names in the order of the parameter vector."""

    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    top: Said
    """Settings of the whole network."""

    @property
    def conf(self) -> Said:
        """Settings that every layer repeats: those of the first."""
        confs = [vertex.conf for vertex in self.vertices if vertex.is_layer]
        default = self.top.values.get("defaultConfiguration")
        return confs[0] if confs else Said(default if isinstance(default, Mapping) else {}, "the network")


def read_network(values: Mapping[str, Any], reading: Reading) -> Foreign:
    """The network of a configuration. Raises: DataError."""
    top = Said(values, "the configuration")
    return _list(top, reading) if isinstance(values.get("confs"), list) else _graph(top, reading)


def _list(top: Said, reading: Reading) -> Foreign:
    preprocessors = top.inner("inputPreProcessors")
    vertices: list[Vertex] = []
    for index, conf in enumerate(top.inners("confs")):
        layer, frozen = _layer(conf, reading, f"layer {index}")
        name = layer.values.get("layerName") or f"layer{index}"
        known = {vertex.name for vertex in vertices}
        unique = str(name) if str(name) not in known else f"{name}_{index}"
        before = (vertices[-1].name,) if vertices else ("input",)
        vertices.append(Vertex(unique, before, layer, True, _preprocessor(preprocessors, str(index)), conf, frozen))
    if not vertices:
        raise DataError("the configuration must have at least one layer")
    names = tuple(vertex.name for vertex in vertices)
    return Foreign("list", tuple(vertices), names, ("input",), names[-1:], top)


def _graph(top: Said, reading: Reading) -> Foreign:
    said, wiring = top.inner("vertices"), top.inner("vertexInputs")
    if said is None or wiring is None:
        raise DataError("the configuration of a graph must have vertices and vertexInputs")
    vertices = tuple(_vertex(name, said, _names(wiring, name), reading) for name in said.values)
    inputs, outputs = _names(top, "networkInputs"), _names(top, "networkOutputs")
    known = {*inputs, *said.values}
    for vertex in vertices:
        for name in vertex.inputs:
            if name not in known:
                raise DataError(f"vertex {vertex.name} must take a vertex or an input of the network, got {name}")
    if missing := [name for name in outputs if name not in said.values]:
        raise DataError(f"networkOutputs must name vertices, got {missing[0]}")
    order = _order(top, inputs, {vertex.name: vertex.inputs for vertex in vertices})
    return Foreign("graph", vertices, order, inputs, outputs, top)


def _names(said: Said, key: str) -> tuple[str, ...]:
    found = said.raw(key)
    if not isinstance(found, list) or not found or any(not isinstance(name, str) for name in found):
        raise DataError(f"{said.place}: {key} must be a list of names")
    return tuple(found)


def _vertex(name: str, vertices: Said, inputs: tuple[str, ...], reading: Reading) -> Vertex:
    place = f"vertex {name}"
    found = Said.of(modern_object("vertices", Said.of(vertices.raw(name), place).values), place)
    conf = found.inner("layerConf")
    if conf is None:
        return Vertex(name, inputs, found, False)
    conf.place = place
    layer, frozen = _layer(conf, reading, place)
    return Vertex(name, inputs, layer, True, _preprocessor(found, "preProcessor"), conf, frozen)


def _layer(conf: Said, reading: Reading, place: str) -> tuple[Said, str]:
    """The layer, out of the wrapper that freezes it, and the wrapper's name."""
    wrapped = conf.inner("layer")
    if wrapped is None:
        raise DataError(f"{place} must have a layer")
    layer, frozen = thawed(Said(modern_object("layers", wrapped.values), place))
    name = layer.get("layerName")
    where = f"{place} ({name})" if isinstance(name, str) and name and name not in place else place
    return modern_layer(Said(layer, where), conf, reading), frozen


def _preprocessor(owner: Said | None, key: str) -> Said | None:
    found = owner.inner(key) if owner else None
    return Said(modern_object("preprocessors", found.values), found.place) if found else None


def _order(top: Said, inputs: tuple[str, ...], wiring: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """As the file says, else as DL4J would compute it."""
    computed = topological_order(inputs, wiring)
    stored = top.raw("topologicalOrderStr")
    if not isinstance(stored, list):
        return computed
    told = tuple(name for name in stored if isinstance(name, str) and name in wiring)
    return told if sorted(told) == sorted(wiring) else computed


def consumers(network: Foreign, name: str) -> Iterator[Vertex]:
    """Vertices that take the output of `name`."""
    return (vertex for vertex in network.vertices if name in vertex.inputs)
