"""Every layer gets what the network says and it does not, else the default; each value's origin is noted."""

from collections.abc import Iterator
from typing import Any

from netspec.component import Component, Inherit
from netspec.errors import Path
from netspec.layers import Layer, WeightedLayer
from netspec.plan import Origin
from netspec.resolve.findings import Findings
from netspec.resolve.place import Wire
from netspec.resolve.updaters import UPDATERS, updaters
from netspec.spec import Spec
from netspec.wrappers import Wrapper


def inherit(spec: Spec, wires: tuple[Wire, ...], findings: Findings) -> tuple[Wire, ...]:
    """Every layer with its inheritable values filled in, in file order."""
    _note_said(spec, (), findings)
    filled, first = [], True
    for wire in wires:
        for end in range(2, len(wire.path) + 1, 2):
            _note_said(spec.at(wire.path[:end]), wire.path[:end], findings)
        full = _filled(spec, wire.layer, wire.path, first, findings)
        first = first and full.weighted is None
        filled.append(wire._replace(layer=full))
    return tuple(filled)


def _filled(spec: Spec, layer: Layer, path: Path, first: bool, findings: Findings) -> Layer:
    """A layer, and one inside it, with inheritable values."""
    full = layer.model_copy(update=dict(_values(spec, layer, path, first, findings)))
    if isinstance(full, Wrapper):
        findings.origins[(*path, "layer")] = findings.said((*path, "layer"))
        _note_said(full.layer, (*path, "layer"), findings)
        return full.model_copy(update={"layer": _filled(spec, full.layer, (*path, "layer"), first, findings)})
    return updaters(spec, full, path, findings) if isinstance(full, WeightedLayer) else full


def _note_said(owner: Spec | Layer, path: Path, findings: Findings) -> None:
    """Note who set what the spec, a layer or a block around it says itself."""
    inside = {"type", "layers"} if isinstance(owner, Spec) else {"type", *owner.holders()}
    for field in sorted(owner.model_fields_set - inside):
        findings.origins[(*path, field)] = findings.said((*path, field))
        findings.note_inside(getattr(owner, field), (*path, field))


def inheritable(layer: type[Layer]) -> Iterator[tuple[str, Inherit]]:
    """Fields of a layer that the network's value, or a default, can fill."""
    for name, field in layer.model_fields.items():
        marker = next((item for item in field.metadata if isinstance(item, Inherit)), None)
        if marker:
            yield name, marker


def _values(spec: Spec, layer: Layer, path: Path, first: bool, findings: Findings) -> Iterator[tuple[str, Any]]:
    defaults = layer.defaults()
    for name, marker in inheritable(type(layer)):
        if name in layer.model_fields_set or name in UPDATERS:
            continue
        takes = marker.from_network and not (first and marker.but_the_first)
        if takes and name in spec.model_fields_set:
            findings.origins[(*path, name)] = Origin("inherited", spec.where((name,)))
            yield name, getattr(spec, name)
        elif name in defaults:
            findings.origins[(*path, name)] = Origin("default", note=layer.because(name))
            yield name, _parsed(layer, name, defaults[name])
        elif name in layer.must_say:
            findings.missing((*path, name), ", on the layer or network-wide")


def _parsed(layer: Layer, name: str, raw: object) -> object:
    family = type(layer).model_fields[name].annotation
    return family.parse(raw) if isinstance(family, type) and issubclass(family, Component) else raw
