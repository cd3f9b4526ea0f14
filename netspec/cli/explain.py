"""`netspec explain`: what a spec means and who set each value; or what a word of the language means."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from netspec.cli.options import AsJson, DataDir, Plugins, Removals, Settings, load_plugins
from netspec.errors import UsageError

if TYPE_CHECKING:
    from rich.text import Text

Subject = Annotated[
    str | None,
    typer.Argument(
        metavar="SPEC|WORD", help="A spec file, a word like `dense` or `dense.n_out`, a key like `train.ema`, or a class of DL4J's.", show_default=False
    ),
]
Dl4j = Annotated[bool, typer.Option("--dl4j", help="List DL4J's classes with the words that mean the same.")]
ValuePath = Annotated[str | None, typer.Argument(metavar="PATH", help="One value of the spec, e.g. layers.0.n_out.", show_default=False)]


def command(
    subject: Subject = None,
    path: ValuePath = None,
    settings: Settings = [],
    removals: Removals = [],
    plugins: Plugins = [],
    data_dir: DataDir = None,
    as_json: AsJson = False,
    dl4j: Dl4j = False,
) -> int:
    """Show every value of a spec with who set it, or what a word means."""
    from netspec.report.console import stdout

    load_plugins(plugins)
    if dl4j:
        from netspec.report.dl4j_classes import class_table

        stdout().print(class_table())
        return 0
    if subject is None:
        raise UsageError("explain must be given a spec file or a word", help="for example netspec explain dense; --dl4j lists DL4J's classes")
    from netspec.source import SUFFIXES

    if not Path(subject).exists() and Path(subject).suffix not in SUFFIXES:
        found = _word(subject)
        if found is None:
            raise UsageError(f"{subject} is neither a file nor a word of the spec language", help=_like(subject))
        stdout().print(found)
        return 0
    _explain_file(Path(subject), path, settings, removals, data_dir, as_json)
    return 0


def _explain_file(spec: Path, path: str | None, settings: list[str], removals: list[str], data_dir: Path | None, as_json: bool) -> None:
    import json

    from netspec.places import data_places
    from netspec.read import load
    from netspec.report.console import stdout
    from netspec.report.explain import explain_path, explain_plan
    from netspec.resolve import resolve

    plan = resolve(load(spec, settings=settings, removals=removals), data_places(data_dir, spec.parent))
    if as_json:
        origins = {".".join(map(str, place)): str(origin) for place, origin in plan.origins.items()}
        stdout().print(json.dumps(plan.as_dict() | {"origins": origins}, indent=2))
    elif path is None:
        stdout().print(explain_plan(plan))
    else:
        steps = tuple(int(step) if step.isdigit() else step for step in path.split("."))
        found = explain_path(plan, steps)
        if found is None:
            raise UsageError(f"{spec} has no value at {path}")
        stdout().print(found)


def _word(subject: str) -> "Text | None":
    """What a word is: a component, a key of a spec, or both as `l2` is, an updater's word, or a class of DL4J's."""
    from netspec.families import find_word
    from netspec.report.columns import paragraphs
    from netspec.report.explain import explain_word
    from netspec.report.keys import explain_key

    tag, _, field = subject.partition(".")
    member = find_word(tag)
    meanings = [meaning for meaning in (explain_key(subject), explain_word(member, field or None) if member else None) if meaning]
    return paragraphs(meanings) if meanings else _updaters_word(subject) or _class(subject)


def _updaters_word(word: str) -> "Text | None":
    """What stands beside `updater`, whichever it is."""
    from netspec.flat_words import updaters_with, usual_updater
    from netspec.report.explain import explain_word
    from netspec.updaters import Updater

    tag = usual_updater(word) if len(updaters_with(word)) > 1 else None
    member = Updater.member(tag) if tag else None
    return explain_word(member, word) if member else None


def _class(name: str) -> "Text | None":
    """What a class of DL4J's is here, and what that means."""
    from netspec.dl4j_classes import class_called
    from netspec.families import FAMILIES
    from netspec.report.columns import paragraphs
    from netspec.report.dl4j_classes import class_line
    from netspec.report.explain import explain_word

    found = class_called(name)
    if found is None:
        return None
    family = next((family for family in FAMILIES if family.family == found.kind), FAMILIES[0])
    member = family.member(found.word) or FAMILIES[0].member(found.word)
    meaning = explain_word(member) if member else None
    return paragraphs([class_line(found), *([meaning] if meaning else [])])


def _like(subject: str) -> str | None:
    from netspec.families import all_words, find_word
    from netspec.flat_words import USUAL
    from netspec.report.keys import keys
    from netspec.suggestions import meant_field
    from netspec.synonyms import our_tag, ours
    from netspec.words import nearest

    known, (tag, _, field) = keys(), subject.partition(".")
    if meant := our_tag(subject, all_words()) or ours(subject, {*known, *USUAL}):
        return f"called `{meant}` here"
    if field and (member := find_word(tag)):
        meant = meant_field(field, member)
        return f"did you mean `{tag}.{meant}`?" if meant else f"netspec explain {tag} lists what it has"
    close = next((key for key in known if key.endswith(f".{subject}")), None) or nearest(subject, [*all_words(), *known])
    return f"did you mean `{close}`?" if close else None
