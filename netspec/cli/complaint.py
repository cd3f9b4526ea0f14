"""Errors on the screen: problems with their places, everything else as one line and a help."""

from netspec.errors import NetspecError, SpecError


def complain(error: NetspecError) -> None:
    """Say on stderr what is wrong."""
    from netspec.report.console import stderr

    console = stderr()
    if isinstance(error, SpecError):
        from netspec.report.problems import render

        console.print(render(error.problems, width=console.width))
        return
    from rich.text import Text

    console.print(Text.assemble(("error", "bold red"), f": {error}"))
    if error.help:
        console.print(Text.assemble("   ", ("help", "cyan"), f": {error.help}"))
