"""The confusion matrix as text: rows actual, columns predicted.

Twenty columns of four digits do not fit in 80 with a blank between them. So the roomiest layout that fits is taken: columns
of one width, each as narrow as it can be, the diagonal (where the large counts are) in a column of its own, or several blocks.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.text import Text

from netspec.evaluation.classification import Classification
from netspec.report.columns import INDENT, aligned, printable, shortened

MOST_CLASSES = 20
"""A matrix of more classes is not drawn; the most confused pairs are listed instead."""

MOST_PAIRS = 10

_NAME = 10
"""Cells that a class name gets before the columns move closer together."""


@dataclass(frozen=True)
class _Layout:
    gap: int
    tight: bool = False
    """Whether a column is as wide as it must be instead of as wide as the widest."""
    apart: bool = False
    """Whether the diagonal stands in a column of its own."""


_ROOMY = _Layout(2)
_LAYOUTS = (_ROOMY, _Layout(1, tight=True), _Layout(1, tight=True, apart=True))


def confusion_lines(result: Classification, width: int) -> list[Text]:
    """The matrix, or the most confused pairs where there are too many classes."""
    return _pairs(result, width) if result.classes > MOST_CLASSES else _matrix(result, width)


def label(result: Classification, index: int, cells: int) -> str:
    """A class as the tables call it: its index, and its name as far as there is room."""
    number = f"{index:>{len(str(result.classes - 1))}}"
    room = cells - len(number) - 1
    if not result.named or room < 4:
        return number
    return f"{number} {shortened(printable(result.class_names[index]), room)}"


def _matrix(result: Classification, width: int) -> list[Text]:
    cells = range(result.classes)
    for layout in _LAYOUTS:
        room = width - INDENT - _taken(result, layout, cells)
        if room >= _label_cells(result, wanted=not layout.tight):
            return [_title(layout, width), Text(), *_block(result, layout, cells, room)]
    return [_title(_ROOMY, width), *_blocks(result, width)]


def _title(layout: _Layout, width: int) -> Text:
    where = ", the diagonal as `right`" if layout.apart else ""
    said = shortened(f"  rows: actual, columns: predicted{where}", width - len("confusion matrix"))
    return Text.assemble(("confusion matrix", "bold"), (said, "dim"))


def _label_cells(result: Classification, *, wanted: bool) -> int:
    """Cells a row's label needs at least, or better has."""
    longest = max(cell_len(name) for name in result.class_names) + 1 if result.named and wanted else 0
    return len(str(result.classes - 1)) + min(longest, _NAME + 1)


def _taken(result: Classification, layout: _Layout, columns: Sequence[int]) -> int:
    """Cells that the columns of numbers take."""
    right = layout.gap + max(len("right"), *(len(str(count)) for count in _diagonal(result))) if layout.apart else 0
    return right + sum(layout.gap + _column_width(result, layout, column) for column in columns)


def _column_width(result: Classification, layout: _Layout, column: int) -> int:
    if not layout.tight:
        return _widest(result)
    counts = [row[column] for index, row in enumerate(result.confusion) if not (layout.apart and index == column)]
    return max(len(str(number)) for number in [column, *counts])


def _widest(result: Classification) -> int:
    return len(str(max(result.classes - 1, *(max(row) for row in result.confusion))))


def _diagonal(result: Classification) -> list[int]:
    return [row[index] for index, row in enumerate(result.confusion)]


def _blocks(result: Classification, width: int) -> list[Text]:
    """The matrix in as few blocks of columns as fit, of equal size."""
    layout = _ROOMY
    room = max(1, (width - INDENT - _label_cells(result, wanted=True)) // (layout.gap + _widest(result)))
    number = -(-result.classes // room)
    size = -(-result.classes // number)
    lines: list[Text] = []
    for start in range(0, result.classes, size):
        columns = range(start, min(start + size, result.classes))
        lines += [Text(), *_block(result, layout, columns, width - INDENT - _taken(result, layout, columns))]
    return lines


def _block(result: Classification, layout: _Layout, columns: Sequence[int], room: int) -> list[Text]:
    head = ["", *(["right"] if layout.apart else []), *map(str, columns)]
    rows = [[Text(cell, "dim") for cell in head]]
    for index, counts in enumerate(result.confusion):
        right = [Text(str(counts[index]), "bold green")] if layout.apart else []
        rows.append([Text(label(result, index, room)), *right, *(_cell(counts[column], index == column, layout) for column in columns)])
    return aligned(rows, gap=layout.gap, least=0 if layout.tight else _widest(result))


def _cell(count: int, on_diagonal: bool, layout: _Layout) -> Text:
    if on_diagonal and layout.apart:
        return Text("\\", "dim")
    if count == 0:
        return Text("·", "dim")
    return Text(str(count), "bold green" if on_diagonal else "")


def _pairs(result: Classification, width: int) -> list[Text]:
    pairs = sorted(
        (-count, actual, predicted) for actual, row in enumerate(result.confusion) for predicted, count in enumerate(row) if count and actual != predicted
    )
    title = Text.assemble(("most confused", "bold"), (f"  {len(pairs[:MOST_PAIRS])} of {len(pairs):,} pairs that occur", "dim"))
    if not pairs:
        return [Text("no class was taken for another", "bold")]
    room = (width - INDENT - 30) // 2
    rows = [[Text(cell, "dim") for cell in ("actual", "taken for", "times", "of its examples")]]
    for count, actual, predicted in pairs[:MOST_PAIRS]:
        share = f"{-count / result.support[actual]:.1%}"
        named = label(result, predicted, room)
        rows.append([Text(label(result, actual, room)), Text(named), Text(f"{-count:,}"), Text(share)])
    return [title, Text(), *aligned(rows)]
