"""DL4J's classes beside netspec's words."""

from itertools import groupby

from rich.text import Text

from netspec.dl4j_classes import Foreign, classes
from netspec.report.columns import joined, wrapped

_NAME, _NOTE = 42, 38
"""Columns of names, and of what a class without a word is."""


def class_table() -> Text:
    """All of them by kind: the class, then its word, then what is to be said besides."""
    lines: list[Text] = []
    for kind, rows in groupby(classes(), lambda found: found.kind):
        lines += [*([Text("")] if lines else []), Text(kind.replace("_", " "), "bold"), *(line for row in rows for line in _row(row))]
    return joined(lines)


def class_line(found: Foreign) -> Text:
    """One class."""
    return joined(_row(found))


def _row(found: Foreign) -> list[Text]:
    first, *rest = wrapped(": ".join(filter(None, (found.word, found.note))), _NOTE)
    return [Text.assemble((f"  {found.name:<{_NAME - 2}}", "cyan"), first), *(Text(" " * _NAME + line) for line in rest)]
