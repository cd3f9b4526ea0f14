"""From whatever a spec is given as (path, text, mapping) to a Spec and a Plan, without torch."""

from collections.abc import Iterable, Mapping, Sequence
from os import PathLike
from pathlib import Path
from typing import Any

from netspec.datasets import Places
from netspec.errors import UsageError
from netspec.plan import Plan
from netspec.resolve import resolve
from netspec.source import Source, from_file, from_mapping, from_text, with_overrides
from netspec.spec import Spec, parse
from netspec.words import shown

Readable = Spec | str | Path | Mapping[str, Any]


def load(spec: Readable, *, settings: Sequence[str] = (), removals: Iterable[str] = ()) -> Spec:
    """Read a spec from a path, from YAML or JSON text, or from a mapping; apply `path=value` settings.

    Text is told from a path by its line breaks, colons or braces: a path has none followed by a space.

    Raises: SpecError with every problem of the spec; UsageError when there is no such file.
    """
    if isinstance(spec, Spec):
        return spec
    source = _source(spec)
    return parse(with_overrides(source, settings, removals) if settings or removals else source)


def _source(spec: str | Path | Mapping[str, Any]) -> Source:
    if isinstance(spec, Mapping):
        return from_mapping(spec)
    if isinstance(spec, str) and ("\n" in spec or ": " in spec or spec.lstrip().startswith("{")):
        return from_text(spec)
    if not isinstance(spec, str | PathLike):
        raise UsageError(f"a spec must be a path, YAML or JSON text, or a mapping, got {shown(spec)}")
    return from_file(Path(spec))


def plan_of(spec: Readable, places: Places | None = None) -> Plan:
    """The Plan of a spec. Raises: SpecError; UsageError when there is no such file."""
    return resolve(load(spec), places)
