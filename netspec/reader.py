"""YAML and JSON text → plain values and the place of every key and value.

Built on PyYAML's event stream, which does not recurse; neither its loader nor its resolver is used, so its
YAML 1.1 surprises do not apply: `1e-4` is a number, `no` is a word, `010` and dates are refused. JSON is read by
the same reader, being YAML. What a spec does not need (anchors, aliases, tags, several documents) is refused.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import yaml

from netspec.errors import Path, Position, Problem, SpecError
from netspec.scalars import check_key, read_scalar
from netspec.syntax import explain_syntax

MOST_CHARACTERS, MOST_NODES, MOST_DEPTH, MOST_SCALAR = 1_000_000, 50_000, 40, 65_536
MOST_USES = 3
_PARSERS = (getattr(yaml, "CSafeLoader", yaml.SafeLoader), yaml.SafeLoader)


class Place(NamedTuple):
    """Where a value stands, and the key before it."""

    value: Position
    key: Position | None = None


class Text(NamedTuple):
    """A text with a name; makes positions from PyYAML's marks. `shift` moves columns where a prefix was cut off."""

    file: str
    content: str
    lines: tuple[str, ...] = ()
    shift: int = 0
    override: bool = False

    @property
    def own(self) -> list[str]:
        """Its lines without what stands before an override's value, so that marks fit them."""
        return self.content.lstrip("\ufeff").splitlines()

    def at(self, mark: Any, length: int = 1) -> Position:
        """The position of a mark."""
        return Position(self.file, mark.line + 1, mark.column + 1 + self.shift, max(length, 1), self.lines, self.override)


@dataclass
class Reading:
    """What a text says."""

    value: Any = None
    places: dict[Path, Place] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    unread: set[Path] = field(default_factory=set)
    """Values that a problem elsewhere is about."""


@dataclass
class _Open:
    """A collection being read: its container, its path, and the key that waits for a value."""

    container: dict[str, Any] | list[Any]
    path: Path
    key: str | None = None
    key_at: Position | None = None
    skip: bool = False


def read(text: Text) -> Reading:
    """Read one document.

    Raises: SpecError when the text cannot be read on (syntax, nesting, size); what is merely refused is
    collected in `problems` and reading goes on.
    """
    if len(text.content) > MOST_CHARACTERS:
        raise SpecError([Problem(f"a spec must have at most {MOST_CHARACTERS:,} characters, got {len(text.content):,}", position=_start(text))])
    return _Builder(text).run()


def _start(text: Text) -> Position:
    return Position(text.file, 1, 1 + text.shift, 1, text.lines, text.override)


def _events(text: Text) -> Iterator[Any]:
    """Events by the fast parser; where it fails, by the pure one, whose messages say more."""
    content = text.content.lstrip("\ufeff")
    if content.lstrip()[:1] in ("{", "["):
        content = content.replace("\t", " ")  # JSON may be indented with tabs, YAML may not
    fast, sure = _PARSERS
    try:
        yield from _numbered(content, fast)
    except (yaml.YAMLError, ValueError):
        try:
            yield _RESTART
            yield from _numbered(content, sure)
        except yaml.YAMLError as error:
            raise SpecError([explain_syntax(error, text)]) from error


def _numbered(content: str, parser: Any) -> Iterator[Any]:
    return yaml.parse(content, Loader=parser)


_RESTART = object()


class _Builder:
    """Turns events into values; one method an event, a stack instead of recursion."""

    def __init__(self, text: Text) -> None:
        self.text = text
        self.reading, self.stack, self.nodes, self.documents = Reading(), list[_Open](), 0, 0
        self.anchors: dict[str, int] = {}

    def run(self) -> Reading:
        for event in _events(self.text):
            if event is _RESTART:
                self.__init__(self.text)  # type: ignore[misc]  # a fresh start with the other parser
                continue
            handle = getattr(self, f"on_{type(event).__name__}", None)
            if handle:
                handle(event)
        return self.reading

    def refuse(self, message: str, mark: Any, length: int = 1, help: str | None = None, path: Path | None = None) -> None:
        where = self.path() if path is None else path
        self.reading.problems.append(Problem(message, where, self.text.at(mark, length), help))

    def stop(self, message: str, mark: Any, help: str | None = None) -> None:
        raise SpecError([*self.reading.problems, Problem(message, self.path(), self.text.at(mark), help)])

    def path(self) -> Path:
        if not self.stack:
            return ()
        top = self.stack[-1]
        step = top.key if isinstance(top.container, dict) else len(top.container)
        return top.path if step is None else (*top.path, step)

    def on_DocumentStartEvent(self, event: Any) -> None:
        self.documents += 1
        if self.documents == 2:
            self.stop("a file must hold one spec, got a second document", event.start_mark, "write each spec into a file of its own")

    def on_AliasEvent(self, event: Any) -> None:
        if event.anchor in self.anchors:
            self.note_use(self.anchors[event.anchor], event)
        else:
            self.refuse(f"an alias (*{event.anchor}) is not supported", event.start_mark, 1 + len(event.anchor), "quote it if it is text")
        self.put(None, event, waiting_key="")

    def note_use(self, index: int, event: Any) -> None:
        """An anchor and its aliases are one mistake; the first few aliases are shown with it."""
        problem = self.reading.problems[index]
        if len(problem.others) < MOST_USES:
            used = (self.text.at(event.start_mark, 1 + len(event.anchor)), "used here")
            self.reading.problems[index] = replace(problem, others=(*problem.others, used))
        self.reading.unread.add(self.path())

    def on_ScalarEvent(self, event: Any) -> None:
        self.count(event)
        top = self.stack[-1] if self.stack else None
        if top and isinstance(top.container, dict) and top.key is None:
            self.take_key(top, event)
            return
        value, complaint = read_scalar(event.value, plain=not event.style)
        if complaint:
            self.refuse(f"{self.named()}{complaint.message}", event.start_mark, len(event.value), complaint.help)
        self.put(value, event)

    def named(self) -> str:
        path = self.path()
        return ".".join(map(str, path)) + " " if path else ""

    def take_key(self, top: _Open, event: Any) -> None:
        key, length = event.value, len(event.value) + 2 * bool(event.style)
        top.key, top.key_at, top.skip = key, self.text.at(event.start_mark, length), False
        if complaint := check_key(key, plain=not event.style):
            self.refuse(complaint.message, event.start_mark, length, complaint.help, top.path)
            top.skip = True
        elif key in top.container:
            first = self.reading.places[(*top.path, key)].key
            others = ((first, "first said here"),) if first else ()
            problem = Problem(f"{self.named()}must be said once, got a second time", (*top.path, key), top.key_at, "remove one of the two", others=others)
            self.reading.problems.append(problem)
            top.skip = True

    def on_SequenceStartEvent(self, event: Any) -> None:
        self.open([], event)

    def on_MappingStartEvent(self, event: Any) -> None:
        self.open({}, event)

    def open(self, container: "dict[str, Any] | list[Any]", event: Any) -> None:
        self.count(event)
        top = self.stack[-1] if self.stack else None
        if top and isinstance(top.container, dict) and top.key is None:
            self.stop("a key must be a name, got a list or a mapping", event.start_mark)
        if len(self.stack) >= MOST_DEPTH:
            self.stop(f"a spec must be nested at most {MOST_DEPTH} levels deep", event.start_mark)
        path = self.path()
        self.put(container, event)
        self.stack.append(_Open(container, path))

    def on_SequenceEndEvent(self, event: Any) -> None:
        self.stack.pop()

    on_MappingEndEvent = on_SequenceEndEvent

    def count(self, event: Any) -> None:
        self.nodes += 1
        if self.nodes > MOST_NODES:
            self.stop(f"a spec must have at most {MOST_NODES:,} values", event.start_mark)
        if len(getattr(event, "value", "")) > MOST_SCALAR:
            self.stop(f"a value must have at most {MOST_SCALAR:,} characters, got {len(event.value):,}", event.start_mark)
        if event.anchor:
            self.anchors[event.anchor] = len(self.reading.problems)
            self.refuse(f"an anchor (&{event.anchor}) is not supported", event.start_mark, 1 + len(event.anchor), "write the value out where it is needed")
        if event.tag and event.tag != "!":
            tag = event.tag.replace("tag:yaml.org,2002:", "!!")
            self.refuse(f"a tag ({tag}) is not supported", event.start_mark, len(tag), "a spec holds plain values only")

    def put(self, value: Any, event: Any, waiting_key: str | None = None) -> None:
        path = self.path()
        top = self.stack[-1] if self.stack else None
        start, end = event.start_mark, event.end_mark
        place = Place(self.text.at(start, end.column - start.column if end.line == start.line else 1), top.key_at if top else None)
        if top is None:
            self.reading.value = value
        elif isinstance(top.container, list):
            top.container.append(value)
        elif top.key is None:
            top.key = waiting_key
            return
        else:
            key, skip = top.key, top.skip
            top.key = top.key_at = None
            if skip:
                return
            top.container[key] = value
        self.reading.places.setdefault(path, place)
