"""`netspec resume`: go on with a run that was stopped, bit by bit as if it never had been."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from netspec.cli.options import AsJson, DataDir, Plugins, Quiet, load_plugins
from netspec.cli.training import say_stand_in, show, train

if TYPE_CHECKING:
    from netspec.model import Model
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
    from netspec.report.console import stderr
    from netspec.train.run_folder import RunFolder

    load_plugins(plugins)
    folder = RunFolder.existing(run)
    if folder.finished and epochs is None:
        stderr().print(f"{folder.path} is finished; nothing to do")
        return 0
    model = _model(folder, epochs, data_dir)
    _restore(model, folder)
    result = train(model, folder, quiet=quiet or as_json)
    show(model, folder, result, as_json=as_json, quiet=quiet)
    return 0


def _model(folder: "RunFolder", epochs: int | None, data_dir: Path | None) -> "Model":
    """The run's model, with the same data as before. Raises: DataError when the data have changed."""
    from netspec.errors import DataError
    from netspec.model import Model
    from netspec.places import data_places
    from netspec.read import load
    from netspec.resolve import resolve

    lock = folder.read_json("lock.json")
    places = data_places(data_dir or Path(lock["places"]["root"]), Path(lock["places"]["base"]))
    settings = [f"train.epochs={epochs}"] if epochs else []
    model = Model(resolve(load(folder.path / "spec.yaml", settings=settings), places), places=places)
    prepared = model.data()
    say_stand_in(model)
    if prepared.digest != lock["data"]["sha256"]:
        raise DataError(f"the data of {prepared.name} are not those that {folder.path} was trained on", help="give the old data back, or start a new run")
    _say_differences(lock, model)
    return model


def _say_differences(lock: dict[str, Any], model: "Model") -> None:
    from rich.text import Text

    from netspec.report.console import stderr
    from netspec.train.machine import differences

    found = differences(lock, model.depends_on())
    if found:
        stderr().print(Text.assemble(("warning", "bold yellow"), f": the result will not be bit-identical: {'; '.join(found)}"))


def _restore(model: "Model", folder: "RunFolder") -> None:
    """Take the newest good checkpoint. Raises: RunError when there are only damaged ones."""
    from netspec.errors import RunError
    from netspec.report.console import stderr
    from netspec.train.checkpoint import newest

    found, damaged = newest(folder.path / "checkpoints")
    for one in damaged:
        stderr().print(f"passed over {one.path}: {one.why}")
    if found is None and damaged:
        raise RunError(f"every checkpoint of {folder.path} is damaged", help="start a new run from its spec.yaml; nothing was changed")
    if found is None:
        stderr().print("there is no checkpoint yet; starting from the beginning")
    else:
        model.restore(found)
        stderr().print(f"going on after step {found.step:,}, in epoch {found.epoch + 1}")
    folder.rewrite_history(model.history)
