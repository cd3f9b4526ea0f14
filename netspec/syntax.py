"""PyYAML's syntax errors, said so that someone who does not know YAML can mend the file."""

import re
from typing import TYPE_CHECKING, Any

from netspec.errors import Position, Problem

if TYPE_CHECKING:
    from netspec.reader import Text


def explain_syntax(error: Any, text: "Text") -> Problem:
    """One problem for a YAMLError, at the place that has to be mended."""
    mark = getattr(error, "problem_mark", None)
    if mark is None:
        return _unreadable(error, text)
    said = " ".join(filter(None, (getattr(error, "context", None), getattr(error, "problem", None))))
    line = text.own[mark.line] if mark.line < len(text.own) else ""
    opened = getattr(error, "context_mark", None)
    for recognise in (_tab, _comment, _glued_colon, _glued_dash, _unclosed, _escape, _stray_colon, _indentation):
        if found := recognise(said, line, opened, mark, text):
            return found
    return Problem(f"this is not YAML: {said}", position=text.at(mark))


def _unreadable(error: Any, text: "Text") -> Problem:
    index = getattr(error, "position", 0)
    before = text.content[: index if isinstance(index, int) else 0]
    line, column = before.count("\n"), len(before) - before.rfind("\n") - 1
    char = getattr(error, "character", 0)
    code = char if isinstance(char, int) else ord(str(char)[:1] or "\0")
    where = Position(text.file, line + 1, column + 1 + text.shift, 1, text.lines, text.override)
    return Problem(f"a spec must be text, got the control character U+{code:04X}", position=where)


def _tab(said: str, line: str, opened: Any, mark: Any, text: "Text") -> Problem | None:
    if "\\t" in said or "\t" in line[: mark.column + 1]:
        return Problem("a tab is not allowed for indentation", position=text.at(mark), help="indent with spaces")
    return None


def _comment(said: str, line: str, opened: Any, mark: Any, text: "Text") -> Problem | None:
    for number in (mark.line, mark.line - 1):
        found = re.search(r"(?:^|\s)(//|/\*)", text.own[number]) if 0 <= number < len(text.own) else None
        if found:
            where = Position(text.file, number + 1, found.start(1) + 1 + text.shift, 2, text.lines, text.override)
            return Problem(f"a comment must begin with #, got {found[1]}", position=where)
    return None


def _glued_colon(said: str, line: str, opened: Any, mark: Any, text: "Text") -> Problem | None:
    for number in dict.fromkeys([mark.line, mark.line - 1, opened.line if opened else mark.line]):
        found = re.match(r"\s*(?:- )?([A-Za-z_][\w-]*):(?=[^\s/])", text.own[number]) if 0 <= number < len(text.own) else None
        if found:
            where = Position(text.file, number + 1, found.end() + text.shift, 1, text.lines, text.override)
            return Problem(f"a colon needs a space after it, got `{found[0].strip()}`", position=where, help=f"write `{found[1]}: …`")
    return None


def _glued_dash(said: str, line: str, opened: Any, mark: Any, text: "Text") -> Problem | None:
    for number in (mark.line, mark.line - 1):
        found = re.match(r"\s*-(?=[A-Za-z{])", text.own[number]) if 0 <= number < len(text.own) else None
        if found:
            where = Position(text.file, number + 1, found.end() + text.shift, 1, text.lines, text.override)
            return Problem("a list item needs a space after its `-`", position=where)
    return None


def _unclosed(said: str, line: str, opened: Any, mark: Any, text: "Text") -> Problem | None:
    if opened is None:
        return None
    char = text.own[opened.line][opened.column : opened.column + 1] if opened.line < len(text.own) else ""
    if "quoted scalar" in said and "end of stream" in said:
        return Problem(f"the quote {char} opened here is never closed", position=text.at(opened))
    if "flow" in said and char and char in "[{":
        if mark.line >= len(text.own) or "end" in said.rpartition("got")[2]:
            return Problem(f"the {char} opened here is never closed", position=text.at(opened))
        close = {"[": "]", "{": "}"}[char]
        where = _key_before(line, mark, text) or text.at(mark)
        return Problem(f"a comma or {close} is missing before this", position=where, others=((text.at(opened), f"the {char} that is open"),))
    return None


def _key_before(line: str, mark: Any, text: "Text") -> Position | None:
    """The key whose colon is at the mark."""
    found = re.search(r"(\"[^\"]*\"|'[^']*'|[\w-]+)\s*$", line[: mark.column]) if line[mark.column : mark.column + 1] == ":" else None
    return Position(text.file, mark.line + 1, found.start(1) + 1 + text.shift, len(found[1]), text.lines, text.override) if found else None


def _escape(said: str, line: str, opened: Any, mark: Any, text: "Text") -> Problem | None:
    if "escape" not in said:
        return None
    return Problem("a backslash in double quotes begins an escape, and this is none", position=text.at(mark), help="use single quotes: 'C:\\data'")


def _stray_colon(said: str, line: str, opened: Any, mark: Any, text: "Text") -> Problem | None:
    if "mapping values are not allowed" not in said:
        return None
    key = re.fullmatch(r"( *)([\w-]+)", line[: mark.column])
    before = next((other for other in reversed(text.own[: mark.line]) if other.strip()), "")
    if key and len(key[1]) > len(before) - len(before.lstrip()):
        where = Position(text.file, mark.line + 1, key.start(2) + 1 + text.shift, len(key[2]), text.lines, text.override)
        return Problem("this is indented further than the line before, which is complete", position=where, help="give keys of one block the same indentation")
    return Problem("a second `: ` cannot stand here", position=text.at(mark), help="quote the text if the colon belongs to it, or check the indentation")


def _indentation(said: str, line: str, opened: Any, mark: Any, text: "Text") -> Problem | None:
    if opened is None or not ("expected <block end>" in said or "could not find expected ':'" in said):
        return None
    if line[mark.column : mark.column + 1] in ("}", "]"):
        return Problem(f"this {line[mark.column]} closes nothing", position=text.at(mark))
    if "could not find" in said:
        return Problem("a `:` is missing after this key", position=text.at(opened), help="write `key: value`")
    help_ = "give keys of one block the same indentation, and close each quote and bracket"
    return Problem(f"this does not fit the block that begins in line {opened.line + 1}", position=text.at(mark), help=help_)
