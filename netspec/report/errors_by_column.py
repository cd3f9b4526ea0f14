"""The table of a regression: one row for each output column, and their means."""

import math

from rich.text import Text

from netspec.evaluation.regression import FIGURES, Column, Regression
from netspec.report.columns import INDENT, aligned, printable, shortened
from netspec.words import plural

MOST_ROWS = 20
"""Of more columns only those with the largest errors are shown."""

_HEADS = ("MSE", "MAE", "RMSE", "RSE", "r", "R²")


def regression_lines(result: Regression, width: int) -> list[Text]:
    """The table as lines."""
    head = Text(f"{plural(result.examples, 'example')}, {plural(len(result.columns), 'column')}", "bold")
    shown = _shown(result)
    rows = [[Text(word, "dim") for word in _HEADS], *([Text(number(getattr(column, figure))) for figure in FIGURES] for column in shown)]
    rows.append([Text(number(result.average(figure)), "bold") for figure in FIGURES])
    room = width - INDENT - sum(2 + max(cell.cell_len for cell in cells) for cells in zip(*rows, strict=True))
    labels = [Text("column", "dim"), *(Text(shortened(printable(column.name), room)) for column in shown), Text("mean", "bold")]
    table = [[label, *row] for label, row in zip(labels, rows, strict=True)]
    return [head, *_title(result), Text(), *aligned(table if len(shown) > 1 else table[:-1]), Text(), *_legend()]


def number(figure: float) -> str:
    """Four decimals where they say something, else a power of ten.

    >>> number(0.25), number(1.25e-5), number(3.5e7), number(float("nan"))
    ('0.2500', '1.250e-05', '3.500e+07', '–')
    """
    if math.isnan(figure):
        return "–"
    return f"{figure:.4f}" if figure == 0 or 1e-3 <= abs(figure) < 1e4 else f"{figure:.3e}"


def _shown(result: Regression) -> list[Column]:
    if len(result.columns) <= MOST_ROWS:
        return list(result.columns)
    return sorted(result.columns, key=lambda column: (math.isfinite(column.mse), -column.mse))[:MOST_ROWS]


def _title(result: Regression) -> list[Text]:
    if len(result.columns) <= MOST_ROWS:
        return []
    return [Text(f"  the {MOST_ROWS} columns with the largest MSE; the mean is of all {len(result.columns):,}", "dim")]


def _legend() -> list[Text]:
    said = ("  RSE: squared error relative to always saying the mean · r: Pearson's", "  R²: 1 - RSE · –: not defined, labels or predictions do not vary")
    return [Text(line, "dim") for line in said]
