"""A spec as a person would write it: no default is said, what most layers share stands at the top, a layer is a line.

What may be left out is asked of the components themselves: a field's default, `defaults()`, `inherit`'s own rule of who takes the
network's value.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BeforeValidator
from pydantic_core import PydanticUndefined

from netspec.component import Component, Frozen
from netspec.dump import to_line
from netspec.layers import Layer, WeightedLayer
from netspec.resolve.inherit import inheritable
from netspec.spec import Spec
from netspec.wrappers import Wrapper

_FIRST = ("type", "name", "input")
_THEN = ("activation", "any_activation", "masking")
_LAST = ("loss",)
_TOP = ("seed", "data_type", "training_order", "minibatch", "tbptt", "minimize", "iterations", "input", "outputs")


def minimal(component: Frozen) -> Any:
    """What a spec says of a component: its tag, and the fields that differ from their defaults."""
    said = [name for name in component.model_fields_set if name != "type" and not _is_default(component, name)]
    values = {name: _short(type(component), name, getattr(component, name)) for name in said}
    ordered = {name: values[name] for name in type(component).model_fields if name in values}
    tag = getattr(component, "type", None)
    if tag is None:
        return ordered["value"] if set(ordered) == {"value"} and not isinstance(ordered["value"], dict) else ordered
    if tag in ("fixed", "constant") and set(ordered) == {"value"}:
        return ordered["value"]
    if tag == "dropout" and component.family == "dropouts" and set(ordered) == {"rate"} and not isinstance(ordered["rate"], dict):  # type: ignore[attr-defined]  # what has a tag is a component
        return ordered["rate"]
    return {"type": tag, **ordered} if ordered or isinstance(component, Layer) else tag


def _is_default(component: Frozen, name: str) -> bool:
    default = type(component).model_fields[name].get_default(call_default_factory=True, validated_data={})
    return default is not PydanticUndefined and bool(_short(type(component), name, getattr(component, name)) == _short(type(component), name, default))


def _short(member: type[Frozen], name: str, given: Any) -> Any:
    """One value in place of a list of it, where the field says that it takes one: a size for all axes, a single input."""
    value = _plain(given)
    if not isinstance(value, list) or not value or value != value[:1] * len(value) or not isinstance(value[0], int | str | dict):
        return value
    markers = member.model_fields[name].metadata
    of_axes = any(getattr(marker, "max_length", None) for marker in markers)  # any number of sizes is one for each layer inside, say
    single = len(value) == 1 or (of_axes and isinstance(value[0], int))
    takes_one = any(isinstance(marker, BeforeValidator) and isinstance(marker.func(value[0]), tuple) for marker in markers)  # type: ignore[call-arg]  # of the value alone
    return value[0] if single and takes_one else value


def _plain(value: Any) -> Any:
    if isinstance(value, Frozen):
        return minimal(value)
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    return int(value) if isinstance(value, float) and value.is_integer() and abs(value) < 1e15 else value


def readable(top: Mapping[str, Any], layers: list[Layer]) -> dict[str, Any]:
    """The spec's values: `top` as it is, network-wide settings found, layers without what they inherit or have by default."""
    said = [minimal(layer) for layer in layers]
    everyone = [pair for layer, values in zip(layers, said, strict=True) for pair in _with_inner(layer, values)]
    every, own = [layer for layer, _ in everyone], [_without_defaults(layer, values) for layer, values in everyone]
    shared: dict[str, Any] = {}
    for word in _hoistable(every):
        if (value := _shared(word, every, own)) is not None:
            shared[word] = value
            _take_out(word, value, every, own)
    ordered = [_ordered(values) for values in said]
    return {key: top[key] for key in _TOP if key in top} | _beside(shared) | {"layers": ordered}


def _with_inner(layer: Layer, values: dict[str, Any]) -> Iterator[tuple[Layer, dict[str, Any]]]:
    """A layer and those inside it, with what is said of each."""
    yield layer, values
    if isinstance(layer, Wrapper):
        yield from _with_inner(layer.layer, values["layer"])


def _without_defaults(layer: Layer, values: dict[str, Any]) -> dict[str, Any]:
    """Leave out what `defaults` would fill in."""
    for name, default in layer.defaults().items():
        if name in values and _parsed(type(layer), name, values[name]) == _parsed(type(layer), name, default):
            del values[name]
    return values


def _parsed(member: type[Layer], name: str, value: Any) -> Any:
    family = member.model_fields[name].annotation
    if isinstance(family, type) and issubclass(family, Component):
        return family.parse(value)
    return _short(member, name, value)


def _hoistable(layers: list[Layer]) -> list[str]:
    """Words that stand at the top and that these layers inherit, in the order of the top's own fields."""
    words = {name for layer in layers for name, marker in inheritable(type(layer)) if marker.from_network}
    return [name for name in Spec.model_fields if name in words]


def _takers(word: str, layers: list[Layer]) -> list[int]:
    """Layers that take the network's value where they say none of their own."""
    found, first = [], True
    for index, layer in enumerate(layers):
        marker = dict(inheritable(type(layer))).get(word)
        if marker and marker.from_network and not (first and marker.but_the_first):
            found.append(index)
        first = first and not isinstance(layer, WeightedLayer)
    return found


def _shared(word: str, layers: list[Layer], said: list[dict[str, Any]]) -> Any:
    """The value to say once; None where saying it by layer is as short, or where a layer could not say that it has none."""
    takers = _takers(word, layers)
    own = [said[index].get(word) for index in takers]
    counts = Counter(to_line(value) for value in own if value is not None)
    if not counts:
        return None
    most, count = counts.most_common(1)[0]
    without = sum(value is None for value in own)
    if without and (word not in _NONE or count <= without):
        return None
    if count < 2 and word not in ("updater", "activation"):
        return None
    return next(value for value in own if value is not None and to_line(value) == most)


_NONE: Mapping[str, Any] = {"l1": 0, "l2": 0, "l1_bias": 0, "l2_bias": 0, "dropout": 0, "bias_init": 0, "weight_init": "xavier"} | {
    "gradient_normalization": "none",
    "constraints": [],
}
"""How a layer says that it has none of what the network has."""


def _take_out(word: str, value: Any, layers: list[Layer], said: list[dict[str, Any]]) -> None:
    """Leave the shared value out of the layers, and let those that have none say so."""
    shared = to_line(value)
    for index in _takers(word, layers):
        if word not in said[index]:
            said[index][word] = _NONE[word]
        elif to_line(said[index][word]) == shared:
            del said[index][word]


def _beside(shared: dict[str, Any]) -> dict[str, Any]:
    """The updater's settings beside its name, as DL4J's builder has them."""
    updater = shared.get("updater")
    if not isinstance(updater, dict):
        return shared
    words = {name: value for name, value in updater.items() if name != "type"}
    if words.keys() & (Spec.model_fields.keys() - {"updater"}):
        return shared
    found: dict[str, Any] = {}
    for name, value in shared.items():
        found |= {"updater": updater["type"], **words} if name == "updater" else {name: value}
    return found


def _ordered(values: dict[str, Any]) -> dict[str, Any]:
    """What the layer is before what is done to it."""
    values = values | {"layer": _ordered(values["layer"])} if isinstance(values.get("layer"), dict) else values
    shared = [name for name in values if name in WeightedLayer.model_fields and name not in _FIRST]
    own = sorted((name for name in values if name not in (*_FIRST, *_LAST, *shared)), key=lambda name: _THEN.index(name) if name in _THEN else -1)
    return {name: values[name] for name in (*_FIRST, *own, *shared, *_LAST) if name in values}


def spec_text(values: Mapping[str, Any], head: str) -> str:
    """The spec as text: a line a setting, a line a layer."""
    lines = [f"# {line}".rstrip() for line in head.splitlines()] + [""]
    lines += [f"{key}: {to_line(value)}" for key, value in values.items() if key != "layers"]
    lines += ["", "layers:", *(f"  - {to_line(layer)}" for layer in values["layers"])]
    return "\n".join(lines) + "\n"
