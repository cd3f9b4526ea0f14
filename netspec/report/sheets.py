"""Tables of figures as text: a title, rows, and notes below."""

from collections.abc import Sequence

from rich.text import Text

from netspec.evaluation import Sheet
from netspec.report.columns import INDENT, aligned, printable, shortened, wrapped
from netspec.report.errors_by_column import number

MOST_ROWS = 100
"""Of a longer table only the first rows are shown, so many:"""
FIRST = 20


def sheet_lines(sheets: Sequence[Sheet], width: int) -> list[Text]:
    """The tables as lines, one below the other."""
    return [line for position, sheet in enumerate(sheets) for line in (*([Text()] if position else []), *_one(sheet, width))]


def _one(sheet: Sheet, width: int) -> list[Text]:
    rows = sheet.rows if len(sheet.rows) <= MOST_ROWS else sheet.rows[:FIRST]
    more = f"the first {FIRST} of {len(sheet.rows):,} rows" if len(rows) < len(sheet.rows) else ""
    about = "".join(f"  {said}" for said in (sheet.about, more) if said)
    cells = [[Text(word, "dim") for word in sheet.head[1:]], *([_cell(value) for value in row[1:]] for row in rows)]
    room = width - INDENT - sum(2 + max(cell.cell_len for cell in column) for column in zip(*cells, strict=True))
    labels = [Text(sheet.head[0], "dim"), *(Text(shortened(printable(str(row[0])), room)) for row in rows)]
    table = aligned([[label, *row] for label, row in zip(labels, cells, strict=True)])
    notes = [Text(" " * INDENT + line, "yellow") for note in sheet.notes for line in wrapped(printable(note), width - INDENT)]
    return [Text.assemble((sheet.title, "bold"), (about, "dim")), Text(), *table, *([Text(), *notes] if notes else [])]


def _cell(value: str | float) -> Text:
    if isinstance(value, str):
        return Text(printable(value))
    return Text(f"{value:,}" if isinstance(value, int) else number(value))
