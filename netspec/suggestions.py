"""What to write instead: the help lines of refusals."""

from collections.abc import Iterable, Mapping
from typing import Any, get_args

from pydantic import BaseModel

from netspec.component import Component, help_of
from netspec.dl4j_classes import Foreign, class_called
from netspec.flat_words import USUAL, is_flat_word, usual_updater
from netspec.synonyms import elsewhere, our_tag, ours, why_not
from netspec.words import listed, nearest

MOST_NAMES = 12
"""A help line lists no more names than these."""


def doc_of(model: type[BaseModel], field: str) -> str | None:
    """A field's docstring as a help line: lower case, no full stop."""
    text = help_of(model, field)
    if not text:
        return None
    text = text.removesuffix(".").replace("*", "")
    return text[0].lower() + text[1:] if text[1:2].islower() or text[1:2] == " " else text


def few(names: Iterable[str], word: str = "") -> list[str]:
    """The names, or, where there are many, those nearest to a word and an ellipsis."""
    known = sorted(names)
    if len(known) <= MOST_NAMES:
        return known
    from difflib import get_close_matches  # on the error path only: it costs milliseconds

    return [*sorted(get_close_matches(word.lower(), known, n=8, cutoff=0)), "…"]


def one_of(names: Iterable[str], word: object = "") -> str:
    """`one of a, b, c`, never long."""
    return f"one of {', '.join(few(names, str(word)))}"


def nearest_or_all(word: str, names: Iterable[str]) -> str:
    """The name that was probably meant, else what there is."""
    known = list(names)
    close = nearest(word, known)
    return f"did you mean `{close}`?" if close else one_of(known, word)


def for_name(family: type[Component], word: object) -> str:
    """For a word that is no member of the family: the nearest, or what other tools' word is here, and all."""
    tags = family.tags()
    if not isinstance(word, str):
        return one_of(tags)
    tag = word.rpartition(".")[2]
    if tag != word and (member := family.member(tag) if tag in tags else None) and "path" in member.model_fields:
        return f"did you mean {{type: {tag}, path: {word}}}?"
    bare = tag.removesuffix("()")
    if meant := our_tag(bare, tags):
        return f"called `{meant}` here"
    if reason := why_not(bare):
        return reason
    if part := _part_named(bare.lower(), family):
        return f"did you mean {{type: {part}, {part}: {bare.lower()}}}?"
    if (foreign := class_called(bare)) and (said := _of_class(foreign, tags)):
        return said
    close = nearest(bare, [*tags, *(member.alias for member in family.registry.values() if member.alias)])
    return f"did you mean `{close}`?\n{one_of(tags, close)}" if close else one_of(tags, word)


def for_untyped(family: type[Component], given: object) -> str:
    """For a mapping without `type`: the name where it stands instead, as in `dense: {n_out: 8}` or `kind: dense`, or all."""
    tags = family.tags()
    said: Mapping[str, object] = given if isinstance(given, Mapping) else {}
    for key, value in said.items():
        if len(said) == 1 and (tag := key if key in tags else our_tag(key, tags)):
            return f"did you mean {{type: {tag}, …}}?" if value else f"did you mean {{type: {tag}}}?"
        if isinstance(value, str) and value in tags:
            return f"did you mean `type: {value}`?"
    return one_of(tags) if len(tags) <= MOST_NAMES else f"one of {', '.join(_having_most(family, frozenset(said))[:8])}, …"


def _having_most(family: type[Component], keys: frozenset[str]) -> list[str]:
    """Tags of a family, those first whose members have the most of these keys."""
    return sorted(family.tags(), key=lambda tag: (-len(keys & (family.member(tag) or family).model_fields.keys()), tag))


def _part_named(word: str, family: type[Component]) -> str | None:
    """The member that holds a component of its own name, as `activation` does, where the word is one of those."""
    for tag in family.tags():
        member = family.member(tag)
        field = member.model_fields.get(tag) if member else None
        kind = model_in(field.annotation) if field else None
        if kind and issubclass(kind, Component) and word in kind.tags():
            return tag
    return None


def model_in(annotation: Any) -> type[BaseModel] | None:
    """The first class with fields that an annotation names, a family's base where any of its members may stand."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for part in get_args(annotation) if (found := model_in(part))), None)


def _of_class(foreign: Foreign, tags: Iterable[str]) -> str | None:
    """For a class of DL4J's: the word with the plain meaning where there is one, or why it has none."""
    meant = next((word for word in (foreign.word.removeprefix("dl4j_"), foreign.word) if word in tags), None)
    return f"called `{meant}` here" if meant else foreign.reason or foreign.note or None


def for_value(kind: str, given: object) -> str | None:
    """For the mistakes people make with numbers and truth values."""
    if kind == "bool_type":
        return "write true or false, without quotes"
    if kind in ("int_type", "int_from_float") and isinstance(given, float):
        if given.is_integer():
            return f"write {int(given)}, without a decimal point"
        return f"did you mean {int(given // 1)} or {int(given // 1) + 1}?"
    return for_number(given) if kind in ("int_type", "float_type") and isinstance(given, str) else None


def for_number(text: str) -> str | None:
    """For a text that was probably meant as a number."""
    if _is_number(text):
        return "remove the quotes"
    if _is_number(text.replace(",", ".", 1)):
        return f"the decimal point is `.`: {text.replace(',', '.', 1)}"
    if text.endswith("%") and _is_number(text[:-1]):
        return f"write {float(text[:-1]) / 100:g}"
    return None


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def meant_field(word: str, owner: type[BaseModel], beside: Iterable[str] = ()) -> str | None:
    """The word that an unknown key probably means: a field of the owner, or one that may stand `beside` them."""
    known = {*owner.model_fields, *beside}
    if not any(char.isalpha() for char in word):
        return None
    return ours(word, known) or (None if members_with(word, owner) else nearest(word, known))


def members_with(word: str, owner: type[BaseModel]) -> list[str]:
    """Tags of the owner's family whose members have this word."""
    if not issubclass(owner, Component):
        return []
    family = next(base for base in owner.__mro__ if "family" in base.__dict__ and issubclass(base, Component))
    return [member.tag() or "" for member in family.members() if word in member.model_fields]


def for_key(word: str, owner: type[BaseModel], name: str, model: type[BaseModel], blocks: Mapping[str, type[BaseModel]], meant: str | None) -> str:
    """For a key that its owner does not have; `meant` is the one that it probably means.

    `model` is the whole spec, `blocks` its parts that are no components.
    """
    if said := _follows(word, owner, meant) or (None if members_with(word, owner) else elsewhere(word)):
        return said
    if meant:
        return f"called `{meant}` here" if ours(word, {meant}) else f"did you mean `{meant}`?"
    if having := members_with(word, owner):
        return f"`{word}` belongs to {listed(having, 'and') if len(having) <= 4 else ', '.join([*having[:4], '…'])}"
    if under := next((block for block, part in blocks.items() if word in part.model_fields and part is not owner), None):
        return f"`{word}` belongs under `{under}`"
    if owner is not model and (said := _at_the_top(word, model)):
        return said
    if owner is model and word == "loss":
        return "a loss belongs to the layer that it is for: {type: output, n_out: …, loss: …}"
    if issubclass(owner, Component) and len(owner.model_fields) > MOST_NAMES:
        return f"{name} has {', '.join(own_first(owner)[:8])}, … (netspec explain {name})"
    names = few(set(owner.model_fields) - {"type"}, word)
    return f"{name} has {', '.join(names) if names[-1] == '…' else listed(names, 'and')}"


def _at_the_top(word: str, model: type[BaseModel]) -> str | None:
    """For a key that a spec has at its top level, or a word of its updater's beside it."""
    top = {*model.model_fields, *USUAL}
    if word in top:
        return f"`{word}` belongs at the top level"
    meant = ours(word, top)
    return f"called `{meant}`, and belongs at the top level" if meant else None


def _follows(word: str, owner: type[BaseModel], meant: str | None) -> str | None:
    """For a key whose value follows from others."""
    if meant == "input" and issubclass(owner, Component):
        return "leave it out: it follows from the layer before, and for the first from the data, or from `input` at the top level"
    if word == "train" and "validation" in owner.model_fields:
        return "leave it out: what is for neither validation nor test is for training"
    return None


def own_first(owner: type[BaseModel]) -> list[str]:
    """The owner's fields, but `type`: those of its own class, then those that it shares with more and more others."""
    from inspect import get_annotations  # on the error path only

    classes = [base for base in owner.__mro__ if issubclass(base, BaseModel)]
    fields = [name for base in classes for name in get_annotations(base) if name in owner.model_fields]
    return [name for name in dict.fromkeys(fields) if name != "type"]


def updater_for(word: str, values: Mapping[str, Any]) -> str | None:
    """An updater that has this word, where it stands at the top level without one."""
    return usual_updater(word) if is_flat_word(word, values) else None
