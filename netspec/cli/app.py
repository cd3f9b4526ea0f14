"""The verbs together. A verb's module imports what it needs inside its function: `--help` pays for none of it."""

from collections.abc import Sequence
from importlib import import_module
from keyword import iskeyword
from typing import Annotated

import typer

VERBS = ("run", "resume", "verify", "validate", "explain", "summary", "profile", "init", "import", "check-import", "export")
"""In the order of `--help`; a verb is its module's name."""


def app_for(arguments: Sequence[str]) -> typer.Typer:
    """The verb that is asked for; all of them where none is, as for `--help` or a misspelt one."""
    app = typer.Typer(name="netspec", add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, rich_markup_mode=None)
    app.callback()(_options)
    for verb in [verb for verb in VERBS if verb in arguments[:1]] or VERBS:
        app.command(verb)(import_module(f"netspec.cli.{module_of(verb)}").command)
    return app


def module_of(verb: str) -> str:
    """`check-import` → check_import; a verb that is a word of Python's gets an underscore at its end."""
    name = verb.replace("-", "_")
    return f"{name}_" if iskeyword(name) else name


def _version(wanted: bool) -> None:
    if wanted:
        from netspec import __version__

        typer.echo(f"netspec {__version__}")
        raise typer.Exit


def _options(version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")] = False) -> None:
    """Write a network and its training job in one YAML file; check it, train it, evaluate it."""
