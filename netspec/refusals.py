"""Pydantic's errors, said in netspec's grammar: `<path> must <rule>, got <value>`, with the place and a help line."""

from collections.abc import Mapping
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from netspec.component import Component, help_of
from netspec.errors import Path, Problem, dotted
from netspec.flat_words import Lifted, is_flat_word, said_at, updaters_with
from netspec.source import Source
from netspec.synonyms import ours
from netspec.words import listed, nearest, shown

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
    "too_short": "must have at least {min_length}",
    "too_long": "must have at most {max_length}",
}
_PATTERNS = {
    r"^[A-Za-z0-9_-]{1,64}$": "must be a name of letters, digits, _ or -, at most 64",
    r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$": "must begin with a letter or digit and go on with letters, digits, _, - or ., at most 64",
    r"^(auto|cpu|mps|cuda(:[0-9]+)?)$": "must be auto, cpu, cuda, cuda:N or mps",
}
MOST_PROBLEMS = 100


def problems_of(error: ValidationError, model: type[BaseModel], lifted: Lifted, source: Source) -> list[Problem]:
    """Every problem of a validation, placed in the source."""
    places = [(detail, _Place(tuple(detail["loc"]), model, lifted, source)) for detail in error.errors(include_url=False)[:MOST_PROBLEMS]]
    meant = {(*place.loc[:-1], place.meant()) for detail, place in places if detail["type"] == "extra_forbidden"}
    return [_problem(detail, place) for detail, place in places if detail["type"] != "missing" or place.loc not in meant]


class _Place:
    """A location in the lifted values: the path it was written at, the class that owns the field, and its values."""

    def __init__(self, loc: Path, model: type[BaseModel], lifted: Lifted, source: Source) -> None:
        self.source, self.lifted, self.loc, self.model = source, lifted, loc, model
        written = said_at(loc, lifted.moved)
        while written and not source.has(written) and source.has(written[:-1]) and not isinstance(source.get(written[:-1]), dict):
            written = written[:-1]
        self.path = written
        self.owner, self.value = _owner(loc, model, lifted.values)

    @property
    def name(self) -> str:
        """What the owner is called in a message."""
        if issubclass(self.owner, Component):
            return self.owner.tag() or self.owner.noun
        return dotted(self.path[:-1]) or "a spec"

    def meant(self) -> str | None:
        """The owner's field that an unknown key probably means."""
        known, word = set(self.owner.model_fields), str(self.loc[-1])
        return ours(word, known | {"learning_rate"}) or nearest(word, known)

    def help(self) -> str | None:
        """Docstring of the field, if there is one."""
        return help_of(self.owner, str(self.loc[-1])) if self.loc else None


def _owner(loc: Path, model: type[BaseModel], value: Any) -> tuple[type[BaseModel], Any]:
    """The class that the last step of `loc` is a field of, and the mapping that holds it."""
    owner, annotation = model, None
    for step in loc[:-1]:
        annotation = owner.model_fields[step].annotation if isinstance(step, str) and step in owner.model_fields else annotation
        value = _item(value, step)
        if isinstance(found := _model_in(annotation), type) and not isinstance(value, list):
            owner = _member(found, value)
    return owner, value


def _item(value: Any, step: str | int) -> Any:
    try:
        return value[step]
    except (LookupError, TypeError):
        return value


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for part in get_args(annotation) if (found := _model_in(part))), None)


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
        where = place.source.position(place.path[:-1])
        return Problem(f"{dotted(place.path)} must be set", place.path, where, place.help())
    context: Mapping[str, Any] = detail.get("ctx", {})
    rule = _rule(kind, context, detail["msg"], given)
    said = _said(kind, given)
    message = f"{dotted(place.path)} {rule}".strip() + (f", got {said}" if said else "")
    return Problem(message, place.path, place.source.position(place.path), context.get("help") or _advice(kind, given) or place.help())


def _rule(kind: str, context: Mapping[str, Any], message: str, given: object) -> str:
    if given is None and kind not in ("untyped", "rule"):
        return "must have a value"
    if "message" in context:
        return str(context["message"])
    if kind == "string_pattern_mismatch":
        return _PATTERNS.get(str(context["pattern"]), "must match " + str(context["pattern"]))
    if kind == "literal_error":
        return "must be " + str(context["expected"]).replace("'", "")
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


def _advice(kind: str, given: object) -> str | None:
    """What to write instead, for the mistakes people make with numbers and truth values."""
    if kind == "bool_type":
        return "write true or false, without quotes"
    if kind in ("int_type", "int_from_float") and isinstance(given, float):
        return f"did you mean {int(given // 1)} or {int(given // 1) + 1}?"
    if kind not in ("int_type", "float_type") or not isinstance(given, str):
        return None
    if _is_number(given):
        return "remove the quotes"
    if _is_number(given.replace(",", ".", 1)):
        return f"the decimal point is `.`: {given.replace(',', '.', 1)}"
    if given.endswith("%") and _is_number(given[:-1]):
        return f"write {float(given[:-1]) / 100:g}"
    return None


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _unknown(place: _Place) -> Problem:
    word = str(place.loc[-1])
    known = set(place.owner.model_fields)
    message = f"{dotted(place.path)} must be left out: {place.name} has no `{word}`"
    return Problem(message, place.path, place.source.position(place.path, key=True), _unknown_help(place, word, known))


def _unknown_help(place: _Place, word: str, known: set[str]) -> str:
    if len(place.loc) == 1 and is_flat_word(word, place.lifted.values):
        return f"name the updater beside it, for example `updater: {updaters_with(word)[0]}`"
    if close := place.meant():
        return f"called `{close}` here" if ours(word, {close}) else f"did you mean `{close}`?"
    if belongs := _elsewhere(place, word):
        return belongs
    return f"{place.name} has {listed(sorted(known - {'type'}), 'and')}"


def _elsewhere(place: _Place, word: str) -> str | None:
    """Another member of the family, or a block of the spec, that has this word."""
    if issubclass(place.owner, Component):
        having = [member.tag() or "" for member in _family(place.owner).members() if word in member.model_fields]
        return f"`{word}` belongs to {listed(having[:4], 'and')}" if having else None
    blocks = [name for name, field in place.model.model_fields.items() if (block := _model_in(field.annotation)) and word in block.model_fields]
    return f"`{word}` belongs under `{blocks[0]}`" if blocks else None


def _family(member: type[Component]) -> type[Component]:
    return next(base for base in member.__mro__ if "family" in base.__dict__ and issubclass(base, Component))
