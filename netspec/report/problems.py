"""Problems as a compiler shows them: where, what, the line with carets under what is meant, and what to do.

specs/mlp.yaml:14:12: error: layers.1.n_out must be greater than 0, got -10
   13 |   - type: dense
   14 |     n_out: -10
      |            ^^^
   help: units this layer produces
"""

from collections.abc import Sequence
from typing import Any

from rich.text import Text

from netspec.errors import Position, Problem, dotted
from netspec.report.columns import joined, printable
from netspec.report.console import WIDTH
from netspec.report.excerpt import excerpt

_COLORS = {"error": "bold red", "warning": "bold yellow", "note": "bold blue"}


def render(problems: Sequence[Problem], *, most: int = 20, width: int = WIDTH) -> Text:
    """The problems in their order, a blank line between two; beyond `most` only their number.

    Source lines are cut to `width` around their carets; messages are never cut.
    """
    lines: list[Text] = []
    for problem in problems[:most]:
        lines += [*([Text()] if lines else []), *_problem(problem, width)]
    if len(problems) > most:
        lines += [Text(), Text(f"… and {len(problems) - most} more", "bold")]
    return joined(lines)


def as_json(problems: Sequence[Problem]) -> list[dict[str, Any]]:
    """One mapping for each problem; what it does not have is null. `end_column` is the first column after it."""
    return [_plain(problem) for problem in problems]


def as_github(problems: Sequence[Problem]) -> str:
    """Workflow commands, which GitHub shows beside the lines they name."""
    return "\n".join(_command(problem) for problem in problems)


def _problem(problem: Problem, width: int) -> list[Text]:
    lines = _said(problem.severity, problem.message, problem.position, width)
    lines += [Text.assemble("   ", *_help(line, first=number == 0)) for number, line in enumerate((problem.help or "").splitlines())]
    for position, message in problem.others:
        lines += _said("note", message, position, width)
    return lines


def _said(severity: str, message: str, position: Position | None, width: int) -> list[Text]:
    place = f"{printable(str(position))}: " if position else ""
    head = Text.assemble((place, "bold"), (severity, _COLORS[severity]), f": {printable(message)}")
    return [head, *(excerpt(position, width, _COLORS[severity]) if position else [])]


def _help(line: str, *, first: bool) -> list[tuple[str, str]]:
    return [("help: " if first else "      ", "bold cyan"), (printable(line), "cyan")]


def _plain(problem: Problem) -> dict[str, Any]:
    where = problem.position
    line = where if where and not where.override else None  # an option has no lines
    return {
        "file": where.file if where else None,
        "line": line.line if line else None,
        "column": line.column if line else None,
        "end_column": line.column + line.length if line else None,
        "severity": problem.severity,
        "path": dotted(problem.path),
        "message": problem.message,
        "help": problem.help,
    }


def _command(problem: Problem) -> str:
    plain = _plain(problem)
    title = plain["path"] or "netspec"
    place = {"file": plain["file"], "line": plain["line"], "col": plain["column"], "endColumn": plain["end_column"]} if plain["line"] else {}
    properties = ",".join(f"{key}={_escaped(str(value), ':,')}" for key, value in {**place, "title": title}.items())
    said = f"{problem.position}: {problem.message}" if problem.position and not place else problem.message
    message = "\n".join(filter(None, [said, problem.help]))
    return f"::{problem.severity} {properties}::{_escaped(message)}"


def _escaped(text: str, also: str = "") -> str:
    """As GitHub's runner reads it back: docs.github.com, workflow commands; actions/toolkit, command.ts."""
    return "".join(f"%{ord(char):02X}" if char in "%\r\n" + also else char for char in text)
