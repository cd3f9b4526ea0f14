"""The table of a regression: one row for each output column, and their means."""

import math

from rich.text import Text

from netspec.evaluation.regression import FIGURES, Column, Regression
from netspec.report.columns import INDENT, aligned, printable, shortened, wrapped
from netspec.words import plural

MOST_ROWS = 20
"""Of more columns only those with the largest errors are shown."""

_LEAST_NAME = 6
"""Cells that a column's name gets at least."""

Figures = list[tuple[str, str]]
"""Some of the figures, each with what it is called."""

_HEADS = ("MSE", "MAE", "RMSE", "RSE", "r", "R²")


def regression_lines(result: Regression, width: int) -> list[Text]:
    """The table as lines, in two parts where it is too wide."""
    head = Text(f"{plural(result.examples, 'example')}, {plural(len(result.columns), 'column')}", "bold")
    shown, whole = _shown(result), list(zip(FIGURES, _HEADS, strict=True))
    parts = [whole] if _room(result, shown, whole, width) >= _LEAST_NAME else [whole[:3], whole[3:]]
    tables = [line for part in parts for line in (Text(), *_table(result, shown, part, width))]
    return [head, *_title(result), *tables, Text(), *_legend(width)]


def _table(result: Regression, shown: list[Column], figures: Figures, width: int) -> list[Text]:
    room = _room(result, shown, figures, width)
    labels = [Text("column", "dim"), *(Text(shortened(printable(column.name), room)) for column in shown), Text("mean", "bold")]
    table = [[label, *row] for label, row in zip(labels, _rows(result, shown, figures), strict=True)]
    return aligned(table if len(shown) > 1 else table[:-1])


def _rows(result: Regression, shown: list[Column], figures: Figures) -> list[list[Text]]:
    """Figures without their labels: the head, each column, the mean."""
    rows = [[Text(number(getattr(column, name))) for name, _ in figures] for column in shown]
    return [[Text(head, "dim") for _, head in figures], *rows, [Text(number(result.average(name)), "bold") for name, _ in figures]]


def _room(result: Regression, shown: list[Column], figures: Figures, width: int) -> int:
    """Cells that are left for the columns' names."""
    return width - INDENT - sum(2 + max(cell.cell_len for cell in cells) for cells in zip(*_rows(result, shown, figures), strict=True))


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
    return [Text(f"  the {MOST_ROWS} columns with the largest MSE; mean of all {len(result.columns):,}", "dim")]


def _legend(width: int) -> list[Text]:
    said = ("RSE: squared error relative to always saying the mean · r: Pearson's", "R²: 1 - RSE · –: not defined, labels or predictions do not vary")
    return [Text(" " * INDENT + line, "dim") for part in said for line in wrapped(part, width - INDENT)]
