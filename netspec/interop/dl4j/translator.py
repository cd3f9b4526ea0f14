"""Translators: one class per class of DL4J's, reading and writing in one place.

A translator says its Java name, the names that older releases wrote, the component's tag, and the fields that go over one by one;
what is not one by one it does in `read` and `write`. A new one is a class in a file under `translators/`: no list is edited. Files of every era are
first brought into the form of 1.0.0-M2.1 (`older`), so that a translator knows that form alone.
"""

import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, ClassVar

from netspec.component import Component
from netspec.families import FAMILIES
from netspec.interop.dl4j.eras import Era
from netspec.interop.dl4j.report import Report
from netspec.interop.dl4j.said import Said, Unspoken


class Reading:
    """One import in progress: the era, the report, and whether unknown things are left out."""

    def __init__(self, era: Era, report: Report, *, skip_unknown: bool = False) -> None:
        self.era, self.report, self.skip_unknown = era, report, skip_unknown
        self.trains = True

    def refuse_training(self, identity: str, place: str) -> None:
        """The network is imported for prediction only, by one of DL4J's mistakes."""
        self.report.mistake(identity, place)
        self.trains = False

    def unspoken(self, what: str, place: str) -> None:
        """Something that netspec has no word for: an error, or left out with a note. Raises: Unspoken."""
        if not self.skip_unknown:
            raise Unspoken(what, place)
        self.report.note("left out", f"{what}, which netspec does not have", place)


class Translator:
    """One class of DL4J's and the component that means the same."""

    family: ClassVar[str]
    """Which of DL4J's hierarchies it belongs to: activations, losses … Components of the family of that name are looked up by `tag`."""

    java: ClassVar[str] = ""
    """Full name of the class."""

    old: ClassVar[tuple[str, ...]] = ()
    """What older releases wrote for it: the key of a wrapper object, the word of an enumeration."""

    tag: ClassVar[str] = ""
    """The component's."""

    also: ClassVar[tuple[str, ...]] = ()
    """Further components that it writes."""

    fields: ClassVar[Mapping[str, str]] = {}
    """DL4J's field → the component's, for values that are the same in both."""

    silent: ClassVar[Mapping[str, Any]] = {}
    """Fields without a meaning here, and what is written for them."""

    members: ClassVar[list[type["Translator"]]] = []

    def __init_subclass__(cls) -> None:
        if cls.java:
            Translator.members.append(cls)

    @classmethod
    def speaks(cls, component: Component) -> bool:
        """Whether a component of this tag is this class in DL4J, where several share the tag."""
        return True

    @classmethod
    def read(cls, said: Said, reading: Reading) -> Any:
        """The component as a spec would write it. Raises: DataError, Unspoken."""
        said.ignore(*cls.silent)
        found = {ours: said.raw(theirs) for theirs, ours in cls.fields.items() if theirs in said}
        return {"type": cls.tag, **found}

    @classmethod
    def write(cls, component: Any) -> dict[str, Any]:
        """DL4J's object. Raises: Refused when it cannot say the same."""
        return {"@class": cls.java, **cls.silent, **cls.fields_of(component)}

    @classmethod
    def fields_of(cls, component: Any) -> dict[str, Any]:
        """The fields that go over one by one; what the component leaves open is null."""
        return {theirs: getattr(component, ours, None) for theirs, ours in cls.fields.items()}


@cache
def translators(family: str) -> Mapping[str, type[Any]]:
    """All translators of a family by Java name; the first call imports every file under `translators/`."""
    import_translators()
    return {member.java: member for member in Translator.members if member.family == family}


@cache
def import_translators() -> None:
    """Every file under `translators/`, once."""
    from netspec.interop.dl4j import translators as folder

    for found in pkgutil.walk_packages(folder.__path__, f"{folder.__name__}."):
        importlib.import_module(found.name)


@cache
def _old_names(family: str) -> Mapping[str, str]:
    simple = {java.rsplit(".", 1)[-1]: java for java in translators(family)}  # what DL4J itself had registered under no other name
    exact = simple | {name: java for java, member in translators(family).items() for name in member.old}
    return {name.lower(): java for name, java in exact.items()} | exact  # NORMAL and normal are two things


def modern_name(family: str, name: str) -> str:
    """Java name of what an older release called by a wrapper's key or an enumeration's word; the name itself where none is known."""
    known = _old_names(family)
    return known.get(name) or known.get(name.lower(), name)


def read_object(family: str, said: Said | None, reading: Reading) -> Any:
    """The component that an object of DL4J's means, None for none. Raises: DataError, Unspoken."""
    if said is None:
        return None
    member = translators(family).get(said.java)
    if member is None or not is_spoken(member):
        reading.unspoken(said.simple, said.place)
        return None
    found = member.read(said, reading)
    _check_words(family, found, said, reading)
    unread = sorted(key for key in said.unread() if key not in ("@class", "type"))
    if unread:
        reading.report.note("left out", f"{said.simple}: {', '.join(unread)}", said.place)
    return found


def _check_words(family: str, found: Any, said: Said, reading: Reading) -> None:
    """Leave out, or refuse, fields that the component does not have."""
    component = _component(family, found.get("type", "")) if isinstance(found, dict) else None
    for word in [word for word in found if word not in component.model_fields] if component else ():
        reading.unspoken(f"{said.simple} with {word}", said.place)
        del found[word]


def _component(family: str, tag: str) -> type[Component] | None:
    known = next((known for known in FAMILIES if known.family == family), None)
    return known.member(tag) if known else None


def is_spoken(member: type[Translator]) -> bool:
    """Whether netspec has the component that this translator is for."""
    has_family = any(known.family == member.family for known in FAMILIES)
    return not has_family or not member.tag or _component(member.family, member.tag) is not None


def write_object(family: str, component: Component) -> dict[str, Any]:
    """DL4J's object for a component. Raises: LookupError when DL4J has none."""
    for member in _by_tag(family, component.type):
        if member.speaks(component):
            written: dict[str, Any] = member.write(component)
            return written
    raise LookupError(component.type)


def _by_tag(family: str, tag: str) -> Iterator[type[Any]]:
    return (member for member in translators(family).values() if tag in (member.tag, *member.also))
