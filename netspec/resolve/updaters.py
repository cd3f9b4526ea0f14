"""Which updater moves each layer's weights and biases, and with what settings.

A layer's `updater` replaces the network's whole, its words too; a layer's `learning_rate` or `momentum` alone
changes just that. A setting that the updater must be told and nobody tells is refused here.
"""

from typing import Any

from netspec.errors import Path
from netspec.flat_words import USUAL
from netspec.layers import WeightedLayer
from netspec.plan import Origin
from netspec.resolve.findings import Findings
from netspec.spec import Spec
from netspec.updaters import Updater

UPDATERS = ("updater", "bias_updater")


def updaters(spec: Spec, layer: WeightedLayer, path: Path, findings: Findings) -> WeightedLayer:
    """The layer with its updaters filled in, and what they say of weight decay."""
    changes = {name: getattr(layer, name) for name in USUAL if name in layer.model_fields_set}
    found = {field: _updater(spec, layer, path, field, changes, findings) for field in UPDATERS}
    _check_changes(found["updater"], changes, path, findings)
    return layer.model_copy(update=found | _decay(spec, layer, found["updater"], path, findings))


def _updater(spec: Spec, layer: WeightedLayer, path: Path, field: str, changes: dict[str, Any], findings: Findings) -> Updater | None:
    own = field in layer.model_fields_set
    owner, here = (layer, (*path, field)) if own else (spec, (field,))
    updater: Updater | None = getattr(owner, field)
    if updater is None:
        return None
    if not own:
        findings.origins[(*path, field)] = Origin("inherited", spec.where((field,)))
    known = {name: value for name, value in changes.items() if name in type(updater).model_fields}
    changed = updater.model_copy(update=known)
    for name in type(updater).model_fields:
        _note(changed, name, here, findings)
    return changed


def _note(updater: Updater, name: str, here: Path, findings: Findings) -> None:
    """Note where one setting of an updater comes from, and that one which must be told is there."""
    place = (*here, name)
    if name == "type" or place in findings.origins:
        return
    if getattr(updater, name) is None and name in updater.must_say:
        findings.refuse_once(place, f"must be set: {updater.type} has no usual one", help=_example(updater, name, here[-1]))
    elif name in updater.model_fields_set:
        findings.origins[place] = findings.said(place)
        findings.note_inside(getattr(updater, name), place)
    else:
        findings.origins[place] = Origin("default")


def _example(updater: Updater, name: str, field: str | int) -> str:
    """Words stand beside `updater` only; `bias_updater` has them inside."""
    return f"for example {name}: 0.01" if field == "updater" else f"for example {field}: {{type: {updater.type}, {name}: 0.01}}"


def _check_changes(updater: Updater | None, changes: dict[str, Any], path: Path, findings: Findings) -> None:
    for name in changes:
        if updater is None:
            findings.refuse((*path, name), "must stand beside an `updater`, the layer's or the network's", key=True)
        elif name not in type(updater).model_fields:
            findings.refuse((*path, name), f"must be left out: {updater.type} has no `{name}`", key=True)


def _decay(spec: Spec, layer: WeightedLayer, updater: Updater | None, path: Path, findings: Findings) -> dict[str, Any]:
    """An updater with a `weight_decay` of its own (adamw) sets the layer's, unless the spec says one beside it."""
    inside = getattr(updater, "weight_decay", None)
    if updater is None or inside is None:
        return {}
    here = ("updater",) if "updater" not in layer.model_fields_set else (*path, "updater")
    written = spec.at(path)  # what is inherited counts as set on `layer`
    beside = (*path, "weight_decay") if "weight_decay" in written.model_fields_set else ("weight_decay",)
    if "weight_decay" not in layer.model_fields_set:
        findings.origins[(*path, "weight_decay")] = Origin("inherited", spec.where((*here, "weight_decay")), "from the updater")
        return {"weight_decay": inside}
    if "weight_decay" in updater.model_fields_set:
        findings.refuse_once(beside, "must be said once, got it beside the updater and in it", others=(((*here, "weight_decay"), "also said here"),))
    return {}
