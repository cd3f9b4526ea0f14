"""Options that several verbs share, and what they mean for reading a spec."""

from pathlib import Path
from typing import Annotated

import typer

SpecFile = Annotated[Path, typer.Argument(metavar="SPEC", help="A spec, YAML or JSON.", show_default=False)]
Settings = Annotated[list[str], typer.Option("--set", metavar="PATH=VALUE", help="Override a value, e.g. train.epochs=3; may be repeated.", show_default=False)]
Removals = Annotated[list[str], typer.Option("--unset", metavar="PATH", help="Remove a value; may be repeated.", show_default=False)]
Plugins = Annotated[list[Path], typer.Option("--plugin", metavar="FILE", help="A Python file that defines components.", show_default=False)]
DataDir = Annotated[
    Path | None, typer.Option("--data-dir", metavar="DIR", help="Where data sets lie; else NETSPEC_DATA, else the user cache.", show_default=False)
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]

Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print the table only.")]


def load_plugins(plugins: list[Path]) -> None:
    """Run plug-in files. Raises: UsageError."""
    if plugins:
        from netspec.component import load_plugin

        for plugin in plugins:
            load_plugin(plugin)
