"""`netspec init`: a first spec, commented, that runs as it is."""

from pathlib import Path
from typing import Annotated

import typer

from netspec.errors import UsageError

Target = Annotated[Path, typer.Argument(metavar="FILE", help="Where to write the spec.")]
FromCsv = Annotated[
    Path | None, typer.Option("--from-csv", metavar="CSV", help="Write a spec for this table: its last column is the label.", show_default=False)
]


def command(target: Target = Path("network.yaml"), from_csv: FromCsv = None) -> int:
    """Write a first spec with comments; --from-csv fits it to a table of yours."""
    from netspec.report.console import stderr
    from netspec.starter import from_table, starter

    text = starter() if from_csv is None else from_table(from_csv, target.parent)
    try:
        with target.open("x", encoding="utf-8") as stream:
            stream.write(text)
    except FileExistsError:
        raise UsageError(f"{target} is there already; it is not overwritten") from None
    except OSError as error:
        raise UsageError(f"{target} cannot be written: {error.strerror}") from error
    stderr().print(f"wrote {target}; now: netspec run {target}")
    return 0
