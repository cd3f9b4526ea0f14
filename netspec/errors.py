"""Everything netspec can refuse, as data first and exceptions second.

    NetspecError                 exit code
    ├── SpecError                1   a spec is not what it must be; carries every problem of the file
    ├── DataError                1   a data file, an image, an array is not what it must be
    ├── UsageError               2   used wrongly: no such file, an impossible combination of options
    └── RunError                 3   the work itself failed: memory, disk, download
        └── Diverged             3   the loss became NaN or infinite

A component that checks its own fields or shapes raises `Refused`; the pass that called it knows where
in the file that component stands and turns the refusal into a `Problem`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

Path = tuple[str | int, ...]
Severity = Literal["error", "warning"]


def dotted(path: Path) -> str:
    """`("layers", 1, "n_out")` as people write it: `layers.1.n_out`."""
    return ".".join(str(step) for step in path)


@dataclass(frozen=True)
class Position:
    """A place in a text: line and column count from 1, `length` characters are meant."""

    file: str
    line: int
    column: int
    length: int = 1
    lines: tuple[str, ...] = field(default=(), repr=False, compare=False)
    """The whole text, shared by all its positions, so that an error can show its line."""

    override: bool = False
    """True for a value given by `--set`: the place is then the option itself."""

    def __str__(self) -> str:
        return self.file if self.override else f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong, where it stands, and what to do about it."""

    message: str
    path: Path = ()
    position: Position | None = None
    help: str | None = None
    severity: Severity = "error"
    others: tuple[tuple[Position, str], ...] = ()
    """Further places that belong to it (`first said here`)."""

    def __str__(self) -> str:
        place = f"{self.position}: " if self.position else ""
        return f"{place}{self.severity}: {self.message}"

    @property
    def order(self) -> tuple[bool, int, int]:
        """Sorts problems as they stand in the file, overrides last."""
        where = self.position
        return (where is None or where.override, where.line if where else 0, where.column if where else 0)


class NetspecError(Exception):
    """Any refusal by netspec; `exit_code` is what the command line ends with."""

    exit_code = 3

    def __init__(self, message: str, *, help: str | None = None) -> None:
        super().__init__(message)
        self.help = help


class SpecError(NetspecError):
    """A spec is not what it must be; `problems` holds every one of them, in file order."""

    exit_code = 1

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda problem: problem.order))
        super().__init__("\n".join(str(problem) for problem in self.problems))


class DataError(NetspecError):
    """A data file, an image or an array is not what it must be."""

    exit_code = 1


class UsageError(NetspecError):
    """netspec was used wrongly: no such file, an unknown option, an impossible combination."""

    exit_code = 2


class RunError(NetspecError):
    """The work failed although the spec is right: memory, disk, download, a killed worker."""

    exit_code = 3


class Diverged(RunError):
    """The loss became NaN or infinite while training."""


class Refused(Exception):
    """A component refuses its own value: `field` must `rule`; the caller adds the place.

    `field` is empty when the component as a whole is meant. `got` is left out of the message when it is None.
    """

    def __init__(self, field: str, rule: str, *, got: object = None, help: str | None = None) -> None:
        super().__init__(rule)
        self.field, self.rule, self.got, self.help = field, rule, got, help
