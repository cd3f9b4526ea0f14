"""A spec as written: plain values and where each stands, with `base:` merged in and overrides applied.

A Source knows nothing of what the words mean. Every later complaint finds its place here, by path.
"""

import stat
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path as FilePath
from typing import Any

from netspec.errors import Path, Position, Problem, SpecError, UsageError, dotted
from netspec.reader import MOST_CHARACTERS, Place, Text, read
from netspec.words import nearest, shown

_MOST_BYTES = 4 * MOST_CHARACTERS
SUFFIXES = (".yaml", ".yml", ".json")
_FOREIGN = {b"PK\x03\x04": "a zip archive", b"\x89PNG": "a PNG image", b"\xff\xd8\xff": "a JPEG image", b"\x1f\x8b": "a gzip file", b"%PDF": "a PDF"}


@dataclass(frozen=True)
class Source:
    """Values, places and the problems found while reading. Where it says nothing of a place, the parent's holds."""

    values: Any
    file: str = "<spec>"
    folder: FilePath = field(default_factory=FilePath)
    """Folder that paths in the spec are relative to."""

    text: str | None = None
    places: Mapping[Path, Place] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    unread: frozenset[Path] = frozenset()
    """Values that a problem elsewhere is about."""

    based: bool = False
    """Whether a `base` was merged in, so that `text` is not all of it."""

    def position(self, path: Path, *, key: bool = False) -> Position | None:
        """Where a value (or its key) stands; for a path that was not written, the nearest one around it."""
        for end in range(len(path), -1, -1):
            if place := self.places.get(path[:end]):
                at_key = place.key is not None and (key or end < len(path))
                return place.key if at_key else place.value
        return None

    @property
    def damaged(self) -> frozenset[Path]:
        """What could not be read as it stands: nothing more is said of it."""
        return self.unread | {problem.path for problem in self.problems}

    def has(self, path: Path) -> bool:
        """Whether there is a value at this path."""
        try:
            walk(self.values, path)
        except LookupError:
            return False
        return True

    def get(self, path: Path) -> Any:
        """The value at a path. Raises: LookupError."""
        return walk(self.values, path)

    def as_written(self, path: Path) -> Path:
        """The path without the index of a value that is a list of one, written without a list."""
        written: Path = ()
        for step in path:
            lone = step == 0 and self.has(written) and not isinstance(self.get(written), list)
            written = written if lone else (*written, step)
        return written


def walk(value: Any, path: Path) -> Any:
    """The value at a path in nested mappings and lists. Raises: LookupError."""
    for step in path:
        fits = isinstance(value, dict) or (isinstance(value, list) and isinstance(step, int))
        if not fits:
            raise LookupError(step)
        value = value[step]
    return value


def from_text(content: str, file: str = "<spec>", folder: FilePath | None = None) -> Source:
    """Read a spec from YAML or JSON text. Raises: SpecError when it cannot be read."""
    lines = tuple(content.lstrip("\ufeff").splitlines())
    reading = read(Text(file, content, lines))
    if not isinstance(reading.value, dict):
        raise SpecError([*reading.problems, _not_a_mapping(reading.value, file, content, lines)])
    return Source(reading.value, file, folder or FilePath(), content, reading.places, tuple(reading.problems), frozenset(reading.unread))


def _not_a_mapping(value: object, file: str, content: str, lines: tuple[str, ...]) -> Problem:
    where = Position(file, 1, 1, 1, lines)
    if value is None:
        got = "nothing but comments" if content.strip() else "an empty file"
        return Problem(f"a spec must say something, got {got}", position=where, help="`netspec init` writes a first one")
    kind = "a list" if isinstance(value, list) else shown(value)
    glued = isinstance(value, str) and ":" in value and ": " not in value
    return Problem(
        f"a spec must be a mapping of keys to values, got {kind}", position=where, help="a colon needs a space after it" if glued else "begin with `layers:`"
    )


def from_file(path: FilePath) -> Source:
    """Read a spec from a file, its `base:` included.

    Raises: UsageError when there is no such file; SpecError when it cannot be read.
    """
    return _with_base(_read_file(path), seen=(path.resolve(),))


def _read_file(path: FilePath) -> Source:
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise UsageError(f"{path} is a folder, not a spec file")
        if not stat.S_ISREG(status.st_mode):
            raise UsageError(f"{path} is not a regular file")
        with path.open("rb") as stream:
            content = stream.read(_MOST_BYTES + 1)
    except FileNotFoundError:
        raise UsageError(f"there is no file {path}", help=f"did you mean {path.parent / close}?" if (close := _similar_file(path)) else None) from None
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from error
    if len(content) > _MOST_BYTES:
        raise SpecError([Problem(f"a spec must have at most {MOST_CHARACTERS:,} characters, got {status.st_size:,} bytes", position=Position(str(path), 1, 1))])
    return from_text(_decoded(content, path), str(path), path.parent)


def _similar_file(path: FilePath) -> str | None:
    """The name of a spec file in the same folder that was probably meant."""
    return nearest(path.name, [other.name for other in path.parent.iterdir() if other.suffix in SUFFIXES]) if path.parent.is_dir() else None


def _decoded(content: bytes, path: FilePath) -> str:
    where = Position(str(path), 1, 1)
    for magic, kind in _FOREIGN.items():
        if content.startswith(magic):
            raise SpecError([Problem(f"a spec must be YAML or JSON text, got {kind}", position=where)])
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        column = error.start - (content.rfind(b"\n", 0, error.start) + 1) + 1
        where = Position(str(path), line, column)
        message = f"a spec must be UTF-8 text, got the byte 0x{content[error.start]:02x}"
        raise SpecError([Problem(message, position=where, help="save the file as UTF-8")]) from None
    return text


def from_mapping(values: Mapping[str, Any]) -> Source:
    """A spec from Python values: mappings, lists, text, numbers, truth values and components."""
    return Source(_plain(values), file="<mapping>")


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value


def _with_base(source: Source, seen: tuple[FilePath, ...]) -> Source:
    """Merge `base: other.yaml` in: maps merge, everything else replaces, a changed `type` resets its block."""
    if "base" not in source.values:
        return source
    path = _base_path(source)
    if path.resolve() in seen:
        raise SpecError([_at_base(source, "must not lead back to the file itself")])
    try:
        base = _with_base(_read_file(path), (*seen, path.resolve()))
    except UsageError as error:
        close = None if path.exists() else _similar_file(path)
        help_ = f"did you mean {FilePath(source.values['base']).parent / close}?" if close else None
        raise SpecError([_at_base(source, f"must be a spec file: {error}", help_)]) from error
    values = {key: value for key, value in source.values.items() if key != "base"}
    places = dict(source.places)
    merged = _merged((), base, values, base.values, places)
    unread = base.unread | source.unread
    return replace(source, values=merged, places=places, problems=(*base.problems, *source.problems), unread=unread, based=True)


def _base_path(source: Source) -> FilePath:
    said = source.values["base"]
    if not isinstance(said, str) or FilePath(said).is_absolute() or not said.endswith(SUFFIXES):
        raise SpecError([_at_base(source, f"must be the relative path of a .yaml or .json file, got {shown(said)}")])
    return source.folder / said


def _at_base(source: Source, rule: str, help: str | None = None) -> Problem:
    return Problem(f"base {rule}", ("base",), source.position(("base",)), help)


def _merged(path: Path, base: Source, over: Any, under: Any, places: dict[Path, Place]) -> Any:
    if not (isinstance(over, dict) and isinstance(under, dict)) or over.get("type", under.get("type")) != under.get("type"):
        return over
    result = dict(over)
    for key, value in under.items():
        here = (*path, key)
        if key in over:
            result[key] = _merged(here, base, over[key], value, places)
        else:
            result[key] = value
            places.update({place: at for place, at in base.places.items() if place[: len(here)] == here})
    return result


def with_overrides(source: Source, settings: Sequence[str] = (), removals: Iterable[str] = ()) -> Source:
    """Apply `--set path=value` (the value is YAML, the first `=` splits) and `--unset path`.

    Raises: UsageError when the option itself is malformed; SpecError when a path cannot be followed.
    """
    values, places = _copy(source.values), dict(source.places)
    problems = list(source.problems)
    for path in removals:
        _unset(values, places, _steps(path), path)
    for setting in settings:
        problems += _set(values, places, setting)
    kept = tuple(problem for problem in problems if problem.position is None or problem.position.override or _stands(places, problem))
    return replace(source, values=values, places=places, problems=kept)


def _stands(places: Mapping[Path, Place], problem: Problem) -> bool:
    """Whether the value that a reading problem is about is still there."""
    place = places.get(problem.path)
    return place is None or not place.value.override


def _copy(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _copy(item) for key, item in value.items()}
    return [_copy(item) for item in value] if isinstance(value, list) else value


def _steps(path: str) -> Path:
    return tuple(int(step) if step.isdigit() else step for step in path.split("."))


def _unset(values: Any, places: dict[Path, Place], path: Path, said: str) -> None:
    try:
        parent = walk(values, path[:-1])
        del parent[path[-1]]
    except (LookupError, TypeError):
        raise UsageError(f"--unset {said}: there is nothing at {said}") from None
    for place in [place for place in places if place[: len(path)] == path]:
        del places[place]


def _set(values: Any, places: dict[Path, Place], setting: str) -> Iterable[Problem]:
    said, equals, text = setting.partition("=")
    if not equals or not said:
        raise UsageError(f"--set must be path=value, got {setting}", help="for example --set train.epochs=3")
    shown = f"--set {setting}"
    path, shift = _steps(said), len("--set ") + len(said) + 1
    reading = read(Text(shown, text, (shown,), shift, override=True))
    here = Position(shown, 1, shift + 1, max(len(text), 1), (shown,), override=True)
    parent = _parent(values, path, here)
    at_path = Place(here, replace(here, column=len("--set ") + 1, length=len(said)))
    for end in range(1, len(path)):
        places.setdefault(path[:end], at_path)
    if isinstance(parent, list) and path[-1] == len(parent):
        parent.append(reading.value)
    else:
        parent[path[-1]] = reading.value
    for place in [place for place in places if place[: len(path)] == path]:
        del places[place]
    places.update({(*path, *place): at for place, at in reading.places.items()})
    places[path] = at_path
    return [replace(problem, path=(*path, *problem.path), message=_about(path, problem.message)) for problem in reading.problems]


def _about(path: Path, message: str) -> str:
    return f"{dotted(path)} {message}" if message.startswith("must ") else message


def _parent(values: Any, path: Path, here: Position) -> Any:
    """The collection that the last step of `path` is in; missing mappings are made, a bare word becomes its `type`."""
    for index, step in enumerate(path[:-1]):
        _check_step(values, path[: index + 1], here)
        found = values.get(step) if isinstance(values, dict) else values[step]
        if not isinstance(found, dict | list):
            found = {} if found is None else {"type": found}
            values[step] = found
        values = found
    _check_step(values, path, here, appending=True)
    return values


def _check_step(values: Any, path: Path, here: Position, *, appending: bool = False) -> None:
    step = path[-1]
    if isinstance(values, dict):
        return
    last = len(values) - (not appending)
    if not isinstance(step, int) or step > last:
        where = replace(here, column=len("--set .") + len(dotted(path[:-1])) + 1, length=len(str(step)))
        rule = f"must be an item of {dotted(path[:-1])}, which has {len(values)}"
        raise SpecError([Problem(f"{dotted(path)} {rule}", path, where, "items count from 0")])
