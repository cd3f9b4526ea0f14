"""`netspec resume`: go on with a run that was stopped, bit by bit as if it never had been."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from netspec.cli.options import AsJson, DataDir, Plugins, Quiet, load_plugins
from netspec.cli.reopening import reopen
from netspec.cli.training import resume_command, show, train, warn

if TYPE_CHECKING:
    from netspec.cli.reopening import Reopened
    from netspec.model import Model
    from netspec.result import Result
    from netspec.train.record import Record
    from netspec.train.run_folder import RunFolder

Run = Annotated[Path, typer.Argument(metavar="RUN", help="A run folder.")]
Epochs = Annotated[int | None, typer.Option("--epochs", min=1, help="Train to this many epochs in all, more than the spec says.", show_default=False)]


def command(
    run: Run = Path("runs/latest"),
    epochs: Epochs = None,
    data_dir: DataDir = None,
    plugins: Plugins = [],
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> int:
    """Go on with a stopped run from its newest good checkpoint."""
    from netspec.train.run_folder import RunFolder

    load_plugins(plugins)
    return go_on(RunFolder.existing(run), epochs=epochs, data_dir=data_dir, plugins=plugins, as_json=as_json, quiet=quiet)


def go_on(folder: "RunFolder", *, epochs: int | None, data_dir: Path | None, plugins: list[Path], as_json: bool, quiet: bool) -> int:
    """Train a run to its end, or to more epochs, and show what came of it."""
    from netspec.report.console import stderr
    from netspec.train.lock import locked

    record = folder.record()
    total = epochs or record.epochs
    if folder.finished and total <= record.epochs:
        stderr().print(f"{folder.path} is finished; nothing to do")
        return 0
    with locked(folder.path) as died:
        if died:
            stderr().print(f"{folder.path} was left by {died}, which ended without a word")
        opened = reopen(folder, record, total, data_dir)
        if opened.differences:
            warn(f"the result will not be bit-identical: {'; '.join(opened.differences)}")
        result = _train(folder, opened, record.model_copy(update={"epochs": total}), resume_command(folder, plugins), quiet=quiet or as_json)
    show(opened.model, folder, result, as_json=as_json, quiet=quiet)
    return 0


def _train(folder: "RunFolder", opened: "Reopened", record: "Record", command: str, *, quiet: bool) -> "Result":
    from netspec.errors import UsageError

    _restore(opened.model, folder)
    done = len(opened.model.history.epochs)
    if record.epochs < done:
        raise UsageError(f"--epochs must be at least {done}, the epochs that are done, got {record.epochs}")
    folder.reopen(record, opened.plan_text)
    folder.rewrite_history(opened.model.history)
    return train(opened.model, folder, command, quiet=quiet)


def _restore(model: "Model", folder: "RunFolder") -> None:
    """Take the newest good checkpoint. Raises: RunError when there are only damaged ones."""
    from netspec.errors import RunError
    from netspec.report.console import stderr
    from netspec.train.checkpoint import newest, set_aside

    found, damaged = newest(folder.checkpoints)
    for one in damaged:
        stderr().print(f"passed over {one.path}: {one.why}")
    if found is None and damaged:
        raise RunError(f"every checkpoint of {folder.path} is damaged", help="start a new run from its spec.yaml; nothing was changed")
    if found is None:
        stderr().print("there is no checkpoint yet; starting from the beginning")
        return
    model.restore(found)
    set_aside(damaged)
    stderr().print(f"going on after step {found.step:,}, {found.place}")
