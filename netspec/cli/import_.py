"""`netspec import`: a model or a configuration of Deeplearning4j's as a spec with its weights."""

from pathlib import Path
from typing import Annotated

import typer

from netspec.cli.options import Quiet

File = Annotated[Path, typer.Argument(metavar="FILE", help="A model file (zip) or a configuration (JSON, YAML) of DL4J's.", show_default=False)]
Output = Annotated[
    Path | None, typer.Option("--output", "-o", metavar="DIR", help="A new folder for what is written; named after the file.", show_default=False)
]
EraOption = Annotated[
    str | None, typer.Option("--era", metavar="RELEASE", help="The release that wrote the file, where it does not tell: beta7, M1.1.", show_default=False)
]
InputOption = Annotated[
    list[str], typer.Option("--input", metavar="[NAME=]SHAPE", help="Shape of an input, where the file does not tell: 3x32x32.", show_default=False)
]
SkipUnknown = Annotated[bool, typer.Option("--skip-unknown", help="Leave out what netspec does not have, and say so.")]


ConvertTraining = Annotated[
    int | None,
    typer.Option("--convert-training", metavar="BATCH", min=1, help="Settings that train the same in the modern order, for batches of this size."),
]


def command(
    file: File,
    output: Output = None,
    era: EraOption = None,
    input: InputOption = [],
    skip_unknown: SkipUnknown = False,
    convert_training: ConvertTraining = None,
    quiet: Quiet = False,
) -> int:
    """Bring a network over from DL4J: a readable spec, its weights, the state of its training, and a report of what was done."""
    from netspec.interop.dl4j.bridge import model_of, parse_shapes
    from netspec.interop.dl4j.eras import parse_era
    from netspec.interop.dl4j.folder import new_folder, write_import
    from netspec.interop.dl4j.importing import import_file
    from netspec.report.console import stderr, stdout

    known = parse_era(era) if era else None
    shapes = parse_shapes(named_shapes(input))
    imported = import_file(file, era=known, shapes=shapes, skip_unknown=skip_unknown, convert_training=convert_training)
    model = model_of(imported)
    folder = new_folder(output or Path(file.stem))
    write_import(imported, model, folder)
    stdout().print(imported.text.rstrip(), soft_wrap=True, markup=False, highlight=False)
    if not quiet:
        stderr().print(f"\n{imported.report.text()}wrote {folder}", soft_wrap=True, markup=False, highlight=False)
    return 0


def named_shapes(said: list[str]) -> dict[str, str]:
    """`a=4`, `3x32x32` → shapes by name; a bare one is that of the only input."""
    pairs = (item.partition("=") if "=" in item else ("input", "=", item) for item in said)
    return {name: shape for name, _, shape in pairs}
