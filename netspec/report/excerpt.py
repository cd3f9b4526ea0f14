"""A line of a spec with carets under what is meant, aligned whatever the line holds."""

from rich.cells import cell_len, set_cell_size
from rich.text import Text

from netspec.errors import Position
from netspec.report.columns import printable

_TAB = 4
"""Columns from one tab stop to the next."""

_FAR = 4
"""Windows to either side of what is meant that are looked at: a file of one long line must not take seconds."""

_LEAST = 20
"""Cells of a line that are shown however narrow the terminal is."""


def excerpt(position: Position, width: int, style: str) -> list[Text]:
    """The line before, unless it is blank, the line itself, and the carets; nothing where the text is not known."""
    if not 1 <= position.line <= len(position.lines):
        return []
    number = "" if position.override else str(position.line)
    gutter = f"   {number}{' ' if number else ''}| "
    shown, start, carets = _cut(position, max(width - len(gutter), _LEAST))
    blank = " " * (len(gutter) - 2)
    last = Text.assemble((f"{blank}| ", "dim"), " " * start, ("^" * carets, style))
    return [*_before(position, number, shown, width - len(gutter)), Text.assemble((gutter, "dim"), shown), last]


def _before(position: Position, number: str, shown: str, room: int) -> list[Text]:
    line = _spread(position.lines[position.line - 2][: _FAR * room]) if position.line > 1 else ""
    if not line.strip() or position.override or shown.startswith("…"):
        return []
    return [Text.assemble((f"   {position.line - 1:>{len(number)}} | ", "dim"), _fitted(line, max(room, _LEAST)))]


def _cut(position: Position, room: int) -> tuple[str, int, int]:
    """The part of the line that fits in `room` cells, the cells before the carets, and how many carets."""
    line = position.lines[position.line - 1].rstrip("\r\n")
    first = min(max(position.column - 1, 0), len(line))
    skipped = max(first - _FAR * room, 0)
    line, first = line[skipped : first + _FAR * room], first - skipped
    head, meant, tail = _parts(line, first, min(first + max(position.length, 1), len(line)))
    cut = _lead(head, room // 3) if cell_len(head) + min(cell_len(meant), room // 2) >= room else None
    lead = head if cut is None else f"…{cut}"
    start = cell_len(lead)
    carets = max(min(cell_len(meant), room - start), 1)
    return _fitted(lead + meant + tail, room), start, carets


def _parts(line: str, first: int, last: int) -> tuple[str, str, str]:
    """The line before, in and after what is meant, tabs spread."""
    whole = _spread(line)
    head, up_to = _spread(line[:first]), _spread(line[:last])
    return head, up_to[len(head) :], whole[len(up_to) :]


def _spread(line: str) -> str:
    return "".join(char if char == "\t" else printable(char) for char in line).expandtabs(_TAB)


def _lead(head: str, cells: int) -> str:
    """The end of the text, at most so many cells."""
    count = 0
    while count < len(head) and cell_len(head[len(head) - count - 1 :]) <= cells:
        count += 1
    return head[len(head) - count :]


def _fitted(text: str, cells: int) -> str:
    return text.rstrip() if cell_len(text.rstrip()) <= cells else set_cell_size(text, cells - 1) + "…"
