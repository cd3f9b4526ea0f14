"""`netspec validate`: every problem of every file, with its place."""

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from netspec.cli.options import AsJson, DataDir, Plugins, Removals, Settings, load_plugins
from netspec.errors import NetspecError, Problem, SpecError

Files = Annotated[list[Path], typer.Argument(metavar="SPEC...", help="Specs, YAML or JSON.", show_default=False)]


class Format(StrEnum):
    """How problems are printed."""

    text = "text"
    json = "json"
    github = "github"


AsFormat = Annotated[Format, typer.Option("--format", help="text, json, or github (workflow commands).")]


def command(
    files: Files,
    settings: Settings = [],
    removals: Removals = [],
    plugins: Plugins = [],
    data_dir: DataDir = None,
    form: AsFormat = Format.text,
    as_json: AsJson = False,
) -> int:
    """Check specs without training: every problem, with file, line and column."""
    load_plugins(plugins)
    found = [_check(path, settings, removals, data_dir) for path in files]
    _print(found, Format.json if as_json else form)
    return max(code for _, _, code in found)


Found = tuple[Path, tuple[Problem, ...], int]


def _check(path: Path, settings: list[str], removals: list[str], data_dir: Path | None) -> Found:
    from netspec.places import data_places
    from netspec.read import load
    from netspec.resolve import resolve

    try:
        plan = resolve(load(path, settings=settings, removals=removals), data_places(data_dir, path.parent))
    except SpecError as error:
        return path, error.problems, error.exit_code
    except NetspecError as error:
        return path, (Problem(str(error), help=error.help),), error.exit_code
    return path, plan.warnings, 0


def _print(found: list[Found], form: Format) -> None:
    """Rich is imported where there is a problem to show: a good spec is answered without it."""
    if form is Format.json:
        _print_json(found)
    elif form is Format.github:
        _print_commands([problem for _, problems, _ in found for problem in problems])
    else:
        for path, problems, code in found:
            if problems:
                _print_text(problems)
            if code == 0:
                typer.echo(f"{path}: ok")
        _print_count(found)


def _print_json(found: list[Found]) -> None:
    import json

    from netspec.report.console import stdout
    from netspec.report.problems import as_json

    files: list[dict[str, Any]] = [{"file": str(path), "ok": code == 0, "problems": as_json(problems)} for path, problems, code in found]
    stdout().print(json.dumps({"ok": all(file["ok"] for file in files), "files": files}, indent=2), soft_wrap=True)


def _print_commands(problems: list[Problem]) -> None:
    if problems:
        from netspec.report.console import stdout
        from netspec.report.problems import as_github

        stdout().print(as_github(problems), soft_wrap=True)


def _print_text(problems: Sequence[Problem]) -> None:
    from netspec.report.console import stderr
    from netspec.report.problems import render

    screen = stderr()
    screen.print(render(problems, width=screen.width))


def _print_count(found: list[Found]) -> None:
    from netspec.words import plural

    count = sum(problem.severity == "error" for _, problems, _ in found for problem in problems)
    if count:
        wrong = sum(code > 0 for _, _, code in found)
        typer.echo(f"{plural(count, 'error')} in {plural(wrong, 'file')}", err=True)
