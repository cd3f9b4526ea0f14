"""`netspec export`: a run's network in another program's form."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Format(StrEnum):
    """Programs that netspec writes for."""

    dl4j = "dl4j"


Run = Annotated[Path, typer.Argument(metavar="RUN", help="A run folder, or one that `netspec import` made.", show_default=False)]
Target = Annotated[Path, typer.Argument(metavar="FILE", help="Where to write.", show_default=False)]
To = Annotated[Format, typer.Option("--to", help="For which program.")]


def command(run: Run, target: Target, to: To = Format.dl4j) -> int:
    """Write a trained network, with the state of its training, as a model file of DL4J's."""
    from netspec.interop.dl4j.folder import read_run
    from netspec.interop.dl4j.saving import save
    from netspec.report.console import stderr

    model, memory = read_run(run)
    save(model, target, memory=memory)
    stderr().print(f"wrote {target}, as 1.0.0-M2.1 writes it")
    return 0
