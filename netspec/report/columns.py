"""Columns of text, aligned by what a terminal shows: wide characters count twice. No boxes: they waste width."""

from collections.abc import Sequence

from rich.cells import cell_len, chop_cells, set_cell_size
from rich.text import Text

Cell = str | Text

INDENT = 2
"""Blanks before every line of a table."""


def printable(text: str) -> str:
    r"""The text without what would move a terminal's cursor or change its colours.

    >>> printable("a\x1b[31mb\n")
    'a�[31mb�'
    """
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)


def shortened(text: str, cells: int) -> str:
    """The text in at most so many cells, cut with an ellipsis.

    >>> shortened("a long name", 6), shortened("short", 6)
    ('a lon…', 'short')
    """
    return text if cell_len(text) <= cells else set_cell_size(text, max(cells - 1, 0)).rstrip() + "…"


def wrapped(text: str, cells: int) -> list[str]:
    """The text in lines of at most so many cells, broken at blanks where it has them.

    >>> wrapped("as few lines as fit", 9)
    ['as few', 'lines as', 'fit']
    """
    lines = [""]
    for word in (piece for said in text.split() for piece in chop_cells(said, cells)):
        grown = f"{lines[-1]} {word}".strip()
        lines[-1:] = [grown] if cell_len(grown) <= cells else [lines[-1], word]
    return lines


def aligned(rows: Sequence[Sequence[Cell]], *, gap: int = 2, least: int = 0) -> list[Text]:
    """Rows as lines: the first column flush left, the others flush right and at least so many cells wide."""
    texts = [[_text(cell) for cell in row] for row in rows]
    first, *others = (max(cell.cell_len for cell in column) for column in zip(*texts, strict=True))
    return [_line(row, [first, *(max(width, least) for width in others)], gap) for row in texts]


def paragraphs(texts: Sequence[Text]) -> Text:
    """Texts as one, an empty line between them."""
    return joined(list(Text("\n\n").join(texts).split("\n")))


def joined(lines: Sequence[Text]) -> Text:
    """Lines as one text without trailing blanks, which no console may wrap."""
    for line in lines:
        line.rstrip()
    result = Text("\n").join(lines)
    result.no_wrap, result.overflow, result.end = True, "ignore", "\n"
    return result


def _text(cell: Cell) -> Text:
    return cell if isinstance(cell, Text) else Text(cell)


def _line(row: Sequence[Text], widths: Sequence[int], gap: int) -> Text:
    line = Text(" " * INDENT)
    for position, (cell, width) in enumerate(zip(row, widths, strict=True)):
        blanks = " " * (width - cell.cell_len)
        line.append_text(Text.assemble(cell, blanks) if position == 0 else Text.assemble(" " * gap, blanks, cell))
    return line
