"""The one place where consoles are made, so that every verb treats terminals, pipes and colours alike.

Off a terminal lines are 80 wide (or COLUMNS) whatever the terminal behind the pipe: the same command writes the same
file everywhere. Lines are never wrapped or cropped by the console: an error's first line must stay one line.
"""

import os
import sys
from typing import Literal, TextIO

from rich.console import Console

Color = Literal["auto", "always", "never"]

WIDTH = 80
"""Columns where nothing says how many there are."""


class _Console(Console):
    """A console that leaves a reader who went away to the caller; rich would exit with 1."""

    def on_broken_pipe(self) -> None:
        """Raise what rich caught. Raises: BrokenPipeError."""
        self.quiet = True
        raise BrokenPipeError


def stdout(color: Color = "auto") -> Console:
    """Where results go."""
    return console(sys.stdout, color)


def stderr(color: Color = "auto") -> Console:
    """Where progress, warnings and errors go."""
    return console(sys.stderr, color)


def console(file: TextIO, color: Color = "auto") -> Console:
    """A console on `file` that prints user text as it is: no markup, no emoji, no highlighting."""
    colored = _colored(file, color)
    return _Console(
        file=file,
        force_terminal=file.isatty(),  # colours are not live displays: `--color always` in a pipe must not move cursors
        force_jupyter=False,
        color_system="standard" if colored else None,
        no_color=not colored,
        width=_width(file),
        markup=False,
        emoji=False,
        highlight=False,
        soft_wrap=True,
    )


def _colored(file: TextIO, color: Color) -> bool:
    """Whether styles are written: `--color` decides, then NO_COLOR, TERM=dumb, FORCE_COLOR, then whether `file` is a terminal."""
    if color != "auto":
        return color == "always"
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") in ("dumb", "unknown"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or file.isatty()


def _width(file: TextIO) -> int | None:
    """None lets rich ask the terminal."""
    said = os.environ.get("COLUMNS", "")
    if said.isdigit() and int(said) > 0:
        return int(said)
    return None if file.isatty() else WIDTH
