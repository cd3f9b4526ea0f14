"""`netspec check-import`: does the imported network predict what DL4J did?"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from netspec.cli.import_ import EraOption, File, named_shapes

if TYPE_CHECKING:
    from netspec.interop.dl4j import Imported

Given = Annotated[Path, typer.Option("--input", metavar="NPY", help="Features, as they were given to DL4J.")]
Expected = Annotated[Path, typer.Option("--expect", metavar="NPY", help="What DL4J's output() gave for them.")]
Shape = Annotated[list[str], typer.Option("--shape", metavar="[NAME=]SHAPE", help="Shape of an input, where the file does not tell.", show_default=False)]
Tolerance = Annotated[float, typer.Option("--tolerance", help="Largest difference allowed, as a fraction of the largest value.")]


def command(file: File, given: Given, expected: Expected, era: EraOption = None, shape: Shape = [], tolerance: Tolerance = 1e-5) -> int:
    """Import a model of DL4J's, predict, and compare with what DL4J predicted."""
    from netspec.interop import dl4j
    from netspec.report.console import stdout

    wanted = _read(expected)
    model = dl4j.load(file, era=era, input=named_shapes(shape))
    apart = _apart(model, _read(given), wanted)
    agrees = apart <= tolerance
    stdout().print(f"{'agrees' if agrees else 'differs'}: by {apart:.2g} of the largest value, {tolerance:g} allowed", highlight=False)
    return 0 if agrees else 1


def _apart(model: "Imported", features: Any, wanted: Any) -> float:
    import numpy as np

    from netspec.errors import DataError
    from netspec.interop import dl4j

    predicted = model.predict(dl4j.features(model, features))
    first = model.plan.outputs[0]
    found = dl4j.output(model, first, (predicted[first] if isinstance(predicted, dict) else predicted).numpy())
    if found.shape != wanted.shape:
        raise DataError(f"the expected output must have the shape {found.shape}, got {wanted.shape}")
    return float(np.abs(found - wanted).max() / (np.abs(wanted).max() or 1.0))


def _read(path: Path) -> Any:
    import numpy as np

    from netspec.errors import DataError, UsageError

    if not path.is_file():
        raise UsageError(f"there is no file {path}")
    try:
        return np.load(path, allow_pickle=False)
    except (ValueError, OSError, EOFError) as error:
        raise DataError(f"{path} must be an array saved by NumPy: {error}") from error
