"""Words beside a bare updater, moved into it: `updater: adam` with `learning_rate: 0.01` next to it.

DL4J's builder has them side by side, so a spec may too, at the top level and on a layer that names an updater of
its own. The same word in both places, or a word that updater does not have, is refused here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from netspec.errors import Path, Problem, dotted
from netspec.layers import Layer, WeightedLayer
from netspec.source import Source
from netspec.updaters import Updater
from netspec.words import listed

USUAL = ("learning_rate", "momentum")
"""Words of most updaters; a layer may say them alone."""


@dataclass
class Lifted:
    """The values with each updater's words inside it; `moved` maps their new paths to where they were written."""

    values: dict[str, Any]
    moved: dict[Path, Path] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def said_at(path: Path, moved: Mapping[Path, Path]) -> Path:
    """The path in the file of a path in the lifted values."""
    for end in range(len(path), 0, -1):
        if path[:end] in moved:
            return (*moved[path[:end]], *path[end:])
    return path


def lift(source: Source) -> Lifted:
    """Move flat updater words into their updaters."""
    lifted = Lifted(dict(source.values))
    lifted.values = _host(lifted, source, lifted.values, (), frozenset())
    if "layers" in lifted.values:
        lifted.values["layers"] = _inside(lifted, source, lifted.values["layers"], ("layers",))
    return lifted


def _inside(lifted: Lifted, source: Source, value: Any, path: Path) -> Any:
    """A layer, or layers of a list."""
    if isinstance(value, list):
        return [_layer(lifted, source, layer, (*path, index)) for index, layer in enumerate(value)]
    return _layer(lifted, source, value, path)


def _layer(lifted: Lifted, source: Source, layer: Any, path: Path) -> Any:
    if not isinstance(layer, dict):
        return layer
    tag = layer.get("type")
    member = Layer.member(tag) if isinstance(tag, str) else None
    held = {key: _inside(lifted, source, layer[key], (*path, key)) for key in (member.holders() if member else ()) if key in layer}
    layer = {**layer, **held}
    if "updater" not in layer:
        return layer
    own = frozenset(member.model_fields if member else WeightedLayer.model_fields) - set(USUAL)
    return _host(lifted, source, layer, path, own)


def _host(lifted: Lifted, source: Source, host: dict[str, Any], path: Path, own: frozenset[str]) -> dict[str, Any]:
    said, member = host.get("updater"), _named(host)
    if member is None:
        return host
    words = set(member.model_fields) - {"type"} - (own or _top_level())
    inside, rest = dict(said) if isinstance(said, Mapping) else {"type": said}, {}
    for key, value in host.items():
        if key in words:
            _move(lifted, source, key, value, inside, path)
        elif key in USUAL:
            lifted.problems.append(_not_a_word(source, member, (*path, key)))
        else:
            rest[key] = value
    return rest | ({"updater": inside} if len(inside) > 1 or isinstance(said, dict) else {})


def _named(host: Mapping[str, Any]) -> type[Updater] | None:
    """The updater that a host names."""
    said = host.get("updater")
    tag = said.get("type") if isinstance(said, Mapping) else said
    return Updater.member(tag) if isinstance(tag, str) else None


def _top_level() -> set[str]:
    """Words that mean something at the top level themselves: those that layers have too."""
    return set(WeightedLayer.model_fields) - set(USUAL)


def _move(lifted: Lifted, source: Source, key: str, value: Any, inside: dict[str, Any], path: Path) -> None:
    here, there = (*path, key), (*path, "updater", key)
    if key in inside and _overridden(source, here, there):
        return
    if key in inside and not _overridden(source, there, here):
        first = source.position(there, key=True)
        others = ((first, "also said here"),) if first else ()
        problem = Problem(f"{dotted(here)} must be said once, got it beside the updater and in it", here, source.position(here, key=True), others=others)
        lifted.problems.append(problem)
        return
    inside[key] = value
    lifted.moved[there] = here


def _overridden(source: Source, here: Path, there: Path) -> bool:
    """Whether the word at `there` comes from `--set` and the one at `here` does not, so that it replaces it."""
    ours, theirs = source.position(here), source.position(there)
    return bool(theirs and theirs.override and not (ours and ours.override))


def _not_a_word(source: Source, member: type[Updater], path: Path) -> Problem:
    words = listed([name for name in member.model_fields if name != "type"], "and")
    message = f"{dotted(path)} must be left out: {member.tag()} has no `{path[-1]}`"
    return Problem(message, path, source.position(path, key=True), f"{member.tag()} has {words}")


def words_beside(host: object) -> frozenset[str]:
    """The words of its updater that may stand in a host, the top level or a layer: any updater's most usual ones where none is named."""
    member = _named(host) if isinstance(host, Mapping) else None
    return frozenset(member.model_fields) - {"type"} if member else frozenset(USUAL)


def updaters_with(word: str) -> list[str]:
    """Tags of the updaters that have this word; for messages only, as it imports them all."""
    return [member.tag() or "" for member in Updater.members() if word in member.model_fields]


def usual_updater(word: str) -> str | None:
    """The updater with this word that most people mean; None where none has it."""
    having = updaters_with(word)
    return next((tag for tag in ("adam", "nesterovs", *having) if tag in having), None)


def is_flat_word(word: str, values: Mapping[str, Any]) -> bool:
    """Whether an unknown key is an updater's word without an updater beside it."""
    return "updater" not in values and word not in _top_level() and bool(updaters_with(word))
