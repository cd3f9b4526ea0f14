"""`netspec verify`: train a slice of a run again, and compare it with what the run recorded."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from netspec.cli.options import AsJson, DataDir, Plugins, load_plugins
from netspec.cli.reopening import reopen
from netspec.cli.training import warn
from netspec.words import listed

if TYPE_CHECKING:
    from netspec.cli.reopening import Reopened
    from netspec.train.checkpoint import Checkpoint
    from netspec.train.history import Epoch
    from netspec.train.replay import Again, Difference, Slice
    from netspec.train.run_folder import RunFolder

Run = Annotated[Path, typer.Argument(metavar="RUN", help="A run folder.")]
Epochs = Annotated[int, typer.Option("--epochs", min=1, help="How many epochs to train again, from each start.")]


def command(run: Run = Path("runs/latest"), epochs: Epochs = 1, data_dir: DataDir = None, plugins: Plugins = [], as_json: AsJson = False) -> int:
    """Train some epochs of a run again, from its beginning and from its oldest checkpoint, and compare. Nothing in it is changed."""
    from netspec.train.replay import replay
    from netspec.train.run_folder import RunFolder

    load_plugins(plugins)
    folder = RunFolder.existing(run)
    record = folder.record()
    opened = reopen(folder, record, record.epochs, data_dir)
    if opened.differences:
        warn(f"it cannot be expected to come out bit-identical: {'; '.join(opened.differences)}")
    pieces = _slices(folder, epochs)
    again = _again(opened, quiet=as_json)
    return _tell(folder, pieces, [replay(piece, again) for piece in pieces], opened.differences, as_json=as_json)


def _slices(folder: "RunFolder", epochs: int) -> list["Slice"]:
    """What to train again. Raises: DataError when nothing is recorded."""
    from netspec.errors import DataError
    from netspec.train.checkpoint import good_or_damaged
    from netspec.train.replay import slices

    recorded, notes = folder.history()
    for note in notes:
        warn(note)
    found = slices(recorded, good_or_damaged(folder.checkpoints), epochs)
    if not found:
        raise DataError(f"{folder.path} has no finished epoch to compare with")
    return found


def _again(opened: "Reopened", *, quiet: bool) -> "Again":
    from netspec.report.console import stderr
    from netspec.report.progress import TrainingProgress

    def again(start: "Checkpoint | None", epochs: int) -> Sequence["Epoch"]:
        if start:
            opened.model.restore(start)
        return opened.model.fit(epochs=epochs, watcher=TrainingProgress(stderr(), quiet=quiet)).records

    return again


def _tell(folder: "RunFolder", pieces: list["Slice"], found: list["Difference | None"], why: list[str], *, as_json: bool) -> int:
    """Print the answer; 0 when everything came out again, else 1."""
    from netspec.report.console import stdout

    lines = [f"{piece.name}: {_epochs(piece)}, {f'differs first in {one}' if one else 'reproduced'}" for piece, one in zip(pieces, found, strict=True)]
    same = not any(found)
    if as_json:
        compared = sorted({record.epoch for piece in pieces for record in piece.epochs})
        first = min((one.epoch for one in found if one), default=None)
        stdout().print(json.dumps({"run": str(folder.path), "reproduced": same, "epochs": compared, "first_difference": first, "because": why}, indent=2))
    else:
        stdout().print("\n".join([*lines, "reproduced" if same else "not reproduced"]))
    return 0 if same else 1


def _epochs(piece: "Slice") -> str:
    layers = dict.fromkeys(record.layer for record in piece.recorded if record.layer)
    said = [f"pre-training of {listed(layers, 'and')}"] if layers else []
    if piece.epochs:
        first, last = piece.epochs[0].epoch, piece.epochs[-1].epoch
        said.append(f"epoch {first}" if first == last else f"epochs {first} to {last}")
    return ", ".join(said)
