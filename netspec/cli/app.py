"""The verbs together. A verb's module imports what it needs inside its function: `--help` pays for none of it."""

from typing import Annotated

import typer

from netspec.cli import explain, init, resume, run, summary, validate

app = typer.Typer(
    name="netspec",
    help="Write a network and its training job in one YAML file; check it, train it, evaluate it.",
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _version(wanted: bool) -> None:
    if wanted:
        from netspec import __version__

        typer.echo(f"netspec {__version__}")
        raise typer.Exit


@app.callback()
def _options(version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")] = False) -> None:
    """Write a network and its training job in one YAML file; check it, train it, evaluate it."""


for module in (run, resume, validate, explain, summary, init):
    app.command(module.__name__.rsplit(".", 1)[-1])(module.command)
