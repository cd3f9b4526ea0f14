"""Pydantic's errors, said in netspec's grammar: `<path> must <rule>, got <value>`, with the place and a help line."""

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from netspec.component import Component
from netspec.errors import Path, Problem, dotted
from netspec.flat_words import Lifted, said_at, words_beside
from netspec.source import Source
from netspec.suggestions import doc_of, for_key, for_name, for_number, for_untyped, for_value, meant_field, model_in, updater_for
from netspec.words import plural, shown

_RULES = {
    "greater_than": "must be greater than {gt}",
    "greater_than_equal": "must be at least {ge}",
    "less_than": "must be less than {lt}",
    "less_than_equal": "must be at most {le}",
    "int_type": "must be a whole number",
    "float_type": "must be a number",
    "bool_type": "must be true or false",
    "string_type": "must be text",
    "tuple_type": "must be a list",
    "list_type": "must be a list",
    "dict_type": "must be a mapping",
    "model_type": "must be a mapping",
    "model_attributes_type": "must be a mapping",
    "finite_number": "must be a finite number",
    "literal_error": "must be {expected}",
}
_PATTERNS = {
    r"^[A-Za-z0-9_-]{1,64}$": "must be a name of letters, digits, _ or -, at most 64",
    r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$": "must begin with a letter or digit and go on with letters, digits, _, - or ., at most 64",
    r"^(auto|cpu|mps|cuda(:[0-9]+)?)$": "must be auto, cpu, cuda, cuda:N or mps",
}
MOST_PROBLEMS = 100


def problems_of(error: ValidationError, model: type[BaseModel], lifted: Lifted, source: Source) -> list[Problem]:
    """Every problem of a validation, placed in the source."""
    details = [detail for detail in error.errors(include_url=False) if not _is_echo(detail)]
    places = [(detail, _Place(detail, model, lifted, source)) for detail in details[:MOST_PROBLEMS]]
    meant = {(*place.loc[:-1], place.meant()) for detail, place in places if detail["type"] == "extra_forbidden"}
    damaged = source.damaged  # a key that could not be read is not missing
    return [_problem(detail, place) for detail, place in places if detail["type"] != "missing" or not ({place.loc} & meant or {place.path[:-1]} & damaged)]


def _is_echo(detail: ErrorDetails) -> bool:
    """Whether a list counts as too short only because its items were refused."""
    return detail["type"] == "too_short" and isinstance(detail["input"], list | tuple) and len(detail["input"]) >= detail["ctx"]["min_length"]


class _Place:
    """A location in the lifted values: the path it was written at, the class that owns the field, and its values."""

    def __init__(self, detail: ErrorDetails, model: type[BaseModel], lifted: Lifted, source: Source) -> None:
        self.loc: Path = tuple(detail["loc"])
        self.source, self.lifted, self.model = source, lifted, model
        written = source.as_written(said_at(self.loc, lifted.moved))
        while (
            detail["type"] != "missing" and written and not source.has(written) and source.has(written[:-1]) and not isinstance(source.get(written[:-1]), dict)
        ):
            written = written[:-1]
        self.path = written
        self.owner, self.value = _owner(self.loc, model, lifted.values)

    @property
    def name(self) -> str:
        """What the owner is called in a message."""
        if issubclass(self.owner, Component):
            return self.owner.tag() or self.owner.noun
        return dotted(self.path[:-1]) or "a spec"

    @property
    def field(self) -> str:
        """The owner's field that the value is, or is a part of."""
        return next((step for step in reversed(self.loc) if isinstance(step, str)), "")

    @property
    def family(self) -> type[Component] | None:
        """The family that a word at this place must be of."""
        if self.loc[-1:] == ("type",) and issubclass(self.owner, Component):
            return self.owner
        info = self.owner.model_fields.get(self.field)
        found = model_in(info.annotation) if info else None
        return found if found and issubclass(found, Component) and found.tag() is None else None

    @property
    def takes_numbers(self) -> bool:
        """Whether a bare number is a short form of what must stand here."""
        return self.family is not None and self.loc[-1:] != ("type",) and self.family.from_plain(0.5) != 0.5

    def meant(self) -> str | None:
        """The word that an unknown key probably means."""
        return meant_field(str(self.loc[-1]), self.owner, words_beside(self.value) if "updater" in self.owner.model_fields else ())

    def help(self) -> str | None:
        """Docstring of the field, if there is one."""
        return doc_of(self.owner, self.field)


def _owner(loc: Path, model: type[BaseModel], value: Any) -> tuple[type[BaseModel], Any]:
    """The class that the last step of `loc` is a field of, and the mapping that holds it."""
    owner, annotation = model, None
    for step, then in pairwise(loc):
        annotation = owner.model_fields[step].annotation if isinstance(step, str) and step in owner.model_fields else annotation
        value = _item(value, step)
        if isinstance(found := model_in(annotation), type) and not isinstance(value, list) and not isinstance(then, int):
            value = found.from_plain(value) if issubclass(found, Component) else value
            owner = _member(found, value)
    return owner, value


def _item(value: Any, step: str | int) -> Any:
    try:
        return value[step]
    except (LookupError, TypeError):
        return value


def _member(model: type[BaseModel], value: Any) -> type[BaseModel]:
    tag = value.get("type") if isinstance(value, Mapping) else value
    if issubclass(model, Component) and model.tag() is None and isinstance(tag, str):
        return model.member(tag) or model
    return model


def _problem(detail: ErrorDetails, place: _Place) -> Problem:
    kind, given = detail["type"], detail["input"]
    if kind == "extra_forbidden":
        return _unknown(place)
    if kind == "missing":
        return Problem(f"{dotted(place.path)} must be set", place.path, place.source.position(place.path[:-1]), place.help())
    context: Mapping[str, Any] = detail.get("ctx", {})
    rule, help_ = _rule(kind, context, detail["msg"], given), context.get("help") or for_value(kind, given) or place.help()
    if rule.startswith(_NAME) and place.family:
        rule, help_ = _named(rule, given, place, place.family)
    elif kind == "untyped" and place.family:
        help_ = context.get("help") or for_untyped(place.family, given)
    said = _said(kind, given)
    message = f"{dotted(place.path)} {rule}".strip() + (f", got {said}" if said else "")
    return Problem(message, place.path, place.source.position(place.path, key=_is_key(given, place)), help_)


_NAME = "must be the name of"


def _named(rule: str, given: object, place: _Place, family: type[Component]) -> tuple[str, str | None]:
    """Rule and help where a member of a family must be named, or, in some families, a number."""
    if not place.takes_numbers:
        return rule, for_name(family, given)
    meant = for_number(given) if isinstance(given, str) else None
    return ("must be a number", meant) if meant else (f"must be a number or{rule.removeprefix('must be')}", for_name(family, given))


def _is_key(given: object, place: _Place) -> bool:
    """Whether what is wrong is the key and not its value."""
    return bool(place.path) and given == place.path[-1] and place.source.has(place.path) and place.source.get(place.path) != given


def _rule(kind: str, context: Mapping[str, Any], message: str, given: object) -> str:
    if given is None and kind not in ("untyped", "rule"):
        return "must have a value"
    if "message" in context:
        return str(context["message"])
    if kind == "string_pattern_mismatch":
        return _PATTERNS.get(str(context["pattern"]), "must match " + str(context["pattern"]))
    if kind == "literal_error":
        return "must be " + str(context["expected"]).replace("'", "")
    if kind in ("too_short", "too_long"):
        return "must have " + (
            f"at least {plural(context['min_length'], 'item')}" if kind == "too_short" else f"at most {plural(context['max_length'], 'item')}"
        )
    if kind in _RULES:
        numbers = {name: _number(value) for name, value in context.items()}
        return _RULES[kind].format(**numbers)
    return f"is wrong: {message}"


def _number(value: Any) -> Any:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _said(kind: str, given: object) -> str | None:
    if kind == "untyped":
        return None
    if kind in ("too_short", "too_long") and isinstance(given, list | tuple):
        return str(len(given))
    return shown(given)


def _unknown(place: _Place) -> Problem:
    word = str(place.loc[-1])
    where = place.source.position(place.path, key=True)
    if len(place.loc) == 1 and (updater := updater_for(word, place.lifted.values)):
        return Problem(f"{dotted(place.path)} must stand beside an `updater`", place.path, where, f"for example updater: {updater}")
    message = f"{dotted(place.path)} must be left out: {place.name} has no `{word}`"
    return Problem(message, place.path, where, for_key(word, place.owner, place.name, place.model, _blocks(place.model), place.meant()))


def _blocks(model: type[BaseModel]) -> dict[str, type[BaseModel]]:
    """The parts of a spec that have words of their own: `data`, `train`."""
    found = {name: model_in(field.annotation) for name, field in model.model_fields.items()}
    return {name: block for name, block in found.items() if block and name in ("data", "train")}
