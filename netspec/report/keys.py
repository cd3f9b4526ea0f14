"""`explain train`, `explain train.early_stopping`: what a key of a spec means that is no component."""

from pydantic import BaseModel
from rich.text import Text

from netspec.component import Component, help_of
from netspec.report.columns import joined, wrapped
from netspec.report.explain import LINE, fields_of
from netspec.spec import Spec
from netspec.suggestions import model_in


def explain_key(key: str) -> Text | None:
    """The key's meaning, and the keys or the words that may stand in it; None when a spec has no such key."""
    *steps, last = key.split(".")
    owner: type[BaseModel] | None = Spec
    for step in steps:
        owner = _inside(owner, step) if owner else None
    if owner is None or last not in owner.model_fields:
        return None
    head = [Text(key, "bold"), *(Text(f"  {line}") for line in wrapped(help_of(owner, last) or "", LINE - 2))]
    return joined([*head, *_contents(_inside(owner, last))])


def keys() -> list[str]:
    """Every key of a spec that has a fixed place."""
    return [*Spec.model_fields, *_below(Spec, "")]


def _below(owner: type[BaseModel], prefix: str) -> list[str]:
    found = [(f"{prefix}{name}", inside) for name in owner.model_fields if (inside := _inside(owner, name)) and not issubclass(inside, Component)]
    return [key for path, inside in found for key in [*(f"{path}.{name}" for name in inside.model_fields), *_below(inside, f"{path}.")]]


def _inside(owner: type[BaseModel], name: str) -> type[BaseModel] | None:
    return model_in(owner.model_fields[name].annotation) if name in owner.model_fields else None


def _contents(inside: type[BaseModel] | None) -> list[Text]:
    if inside is None:
        return []
    if issubclass(inside, Component):
        return [Text(""), *(Text(f"  {line}") for line in wrapped(f"type: {', '.join(inside.tags())}", LINE - 2))]
    return [Text(""), *fields_of(inside)]
