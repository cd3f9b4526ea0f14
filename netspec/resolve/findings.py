"""What the passes find out beside their result: problems, and where each value came from."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from netspec.component import Component, Frozen
from netspec.datasets import Places
from netspec.errors import Path, Problem, Refused, SpecError, dotted
from netspec.layers import Layer
from netspec.plan import Origin
from netspec.spec import Spec
from netspec.suggestions import doc_of
from netspec.updaters import Updater
from netspec.words import shown

Block = TypeVar("Block", bound=Frozen | None)


class Findings:
    """Collects problems and origins for one spec."""

    def __init__(self, spec: Spec, places: Places) -> None:
        self.spec, self.places = spec, places
        self.problems: list[Problem] = []
        self.warnings: list[Problem] = []
        self.origins: dict[Path, Origin] = {}

    def refuse(
        self, path: Path, rule: str, *, got: object = None, help: str | None = None, key: bool = False, others: tuple[tuple[Path, str], ...] = ()
    ) -> None:
        """Note a problem at a path: `<path> <rule>, got <value>`."""
        problem = self._problem(path, rule, got, help, key, others)
        if problem not in self.problems:  # copies of a layer have its mistakes in common
            self.problems.append(problem)

    def refuse_once(self, path: Path, rule: str, *, help: str | None = None, others: tuple[tuple[Path, str], ...] = ()) -> None:
        """Note a problem unless one is known at this path: several layers may meet it."""
        if all(problem.path != self.spec.said_at(path) for problem in self.problems):
            self.refuse(path, rule, help=help, others=others)

    def warn(self, path: Path, message: str, help: str | None = None) -> None:
        """Note something doubtful; it does not stop anything."""
        problem = Problem(message, path, self.spec.where(path), help, "warning")
        self.warnings.append(problem)

    def refused(self, path: Path, refusal: Refused) -> None:
        """Note a component's own refusal; `path` is where the component stands."""
        field = tuple(int(part) if part.isdigit() else part for part in refusal.field.split(".") if part)
        self.refuse((*path, *field), refusal.rule, got=refusal.got, help=refusal.help)

    @contextmanager
    def refusals(self, path: Path) -> Iterator[None]:
        """Note what a component refuses inside; `path` is where it stands."""
        try:
            yield
        except Refused as refusal:
            self.refused(path, refusal)

    def refused_once(self, path: Path, refusal: Refused) -> None:
        """Note a refusal that several layers may share."""
        if all(problem.path != self.spec.said_at((*path, refusal.field)) for problem in self.problems):
            self.refused(path, refusal)

    def _problem(self, path: Path, rule: str, got: object, help: str | None, key: bool, others: tuple[tuple[Path, str], ...]) -> Problem:
        said = self.spec.said_at(path)
        got = got[0] if isinstance(got, list) and len(got) == 1 else got
        message = f"{dotted(said)} {rule}".strip() + ("" if got is None else f", got {shown(got)}")
        places = [(self.spec.where(other), words) for other, words in others]
        known = tuple((place, words) for place, words in places if place is not None)
        return Problem(message, said, self.spec.where(path, key=key), help, others=known)

    def missing(self, path: Path, where: str = "") -> None:
        """Note that a field of the layer (or the spec) at `path[:-1]` has to be said."""
        self.refuse(path, f"must be set{where}", help=doc_of(type(self.spec.at(path[:-1])), str(path[-1])))

    def said(self, path: Path) -> Origin:
        """The origin of a value that the spec says."""
        where = self.spec.where(path)
        return Origin("override" if where and where.override else "said", where)

    def note_inside(self, value: object, path: Path) -> None:
        """Note who set each value of a component, and of those inside it; not of layers and updaters, which are filled in elsewhere."""
        if isinstance(value, tuple):
            for index, item in enumerate(value):
                self.note_inside(item, (*path, index))
        elif isinstance(value, Component) and not isinstance(value, Layer | Updater):
            for field in type(value).model_fields:
                here = (*path, field)
                self.origins[here] = self.said(here) if field in value.model_fields_set else Origin("default")
                self.note_inside(getattr(value, field), here)

    def value(self, field: str, default: Any) -> Any:
        """A top-level value or its default; its origin is noted."""
        if field in self.spec.model_fields_set:
            self.origins[(field,)] = self.said((field,))
            return getattr(self.spec, field)
        self.origins[(field,)] = Origin("default")
        return default

    def block(self, name: str, block: Block) -> Block:
        """A block of the spec as it is; the origin of each of its values is noted."""
        if block is None:
            return block
        for field in type(block).model_fields:
            written = field in block.model_fields_set
            self.origins[(name, field)] = self.said((name, field)) if written else Origin("default")
        return block

    def stop(self) -> None:
        """Raise what was found. Raises: SpecError."""
        if self.problems:
            raise SpecError(self.problems)
