"""The tables of an evaluation, in the width of a terminal: of each output what each metric found out."""

from collections.abc import Mapping

from rich.text import Text

from netspec.evaluation import Evaluation, Judged
from netspec.evaluation.classification import Classification
from netspec.evaluation.regression import Regression
from netspec.report.classes import classification_lines
from netspec.report.columns import joined, printable, wrapped
from netspec.report.console import WIDTH
from netspec.report.errors_by_column import number, regression_lines
from netspec.report.sheets import sheet_lines

NARROWEST = 60
"""Columns that the tables need at least."""


def evaluation_table(outputs: Mapping[str, Judged], reconstructions: Mapping[str, float] | None = None, *, note: str | None = None, width: int = WIDTH) -> Text:
    """The tables as a renderable that no console wraps."""
    lines = _note(note, width) if note else []
    for position, (name, judged) in enumerate(outputs.items()):
        head = [Text.assemble((printable(name), "bold cyan"), (f"  loss {number(judged.loss)}", "dim"))] if len(outputs) > 1 else []
        lines += [*([Text(), Text()] if position else []), *head, *_output(judged, width)]
    back = [Text.assemble((printable(name), "bold cyan"), f"  reconstruction loss {number(loss)}") for name, loss in (reconstructions or {}).items()]
    return joined([*lines, *([Text()] if outputs and back else []), *back])


def plain_text(outputs: Mapping[str, Judged], reconstructions: Mapping[str, float] | None = None, *, note: str | None = None, width: int = WIDTH) -> str:
    """The same without colours, at most `width` columns wide."""
    return evaluation_table(outputs, reconstructions, note=note, width=width).plain


def _output(judged: Judged, width: int) -> list[Text]:
    parts = [_lines(evaluation, width) for evaluation in judged.evaluations.values()]
    return [line for position, part in enumerate(parts) for line in (*([Text()] if position else []), *part)]


def _lines(evaluation: Evaluation, width: int) -> list[Text]:
    if isinstance(evaluation, Classification):
        return classification_lines(evaluation, width)
    if isinstance(evaluation, Regression):
        return regression_lines(evaluation, width)
    return sheet_lines(evaluation.sheets(), width)


def _note(note: str, width: int) -> list[Text]:
    first, *rest = wrapped(printable(note), width - 7)
    lines = [Text.assemble((" NOTE ", "bold black on yellow"), (f" {first}", "bold yellow"))]
    return [*lines, *(Text(f"       {line}", "bold yellow") for line in rest), Text()]
