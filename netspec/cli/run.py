"""`netspec run`: train, evaluate, print the table, keep a run folder."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from netspec.cli.options import AsJson, DataDir, Plugins, Quiet, Removals, Settings, SpecFile, load_plugins
from netspec.cli.training import plan_to_train, ready_model, show, train

if TYPE_CHECKING:
    from netspec.model import Model
    from netspec.train.run_folder import RunFolder

NoFallback = Annotated[bool, typer.Option("--no-fallback", help="Do not use the data named by `otherwise`: its absence is an error.")]
Device = Annotated[str | None, typer.Option("--device", help="Where to train: auto, cpu, cuda, cuda:1, mps; overrides train.device.", show_default=False)]
Runs = Annotated[Path, typer.Option("--runs", metavar="DIR", help="Folder that run folders are made in.")]


def command(
    spec: SpecFile,
    settings: Settings = [],
    removals: Removals = [],
    data_dir: DataDir = None,
    no_fallback: NoFallback = False,
    device: Device = None,
    runs: Runs = Path("runs"),
    plugins: Plugins = [],
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> int:
    """Train a network as its spec says, evaluate it, and keep everything in a new run folder."""
    load_plugins(plugins)
    overrides = (*(f"--set {setting}" for setting in settings), *(f"--unset {path}" for path in removals))
    plan = plan_to_train(spec, settings, removals, data_dir, quiet or as_json)
    model = ready_model(plan, device, data_dir, stand_in=not no_fallback)
    folder = _folder(runs, model, overrides)
    result = train(model, folder, quiet=quiet or as_json)
    show(model, folder, result, as_json=as_json, quiet=quiet)
    return 0


def _folder(runs: Path, model: "Model", overrides: tuple[str, ...]) -> "RunFolder":
    from netspec.train.run_folder import RunFolder

    folder = RunFolder.create(runs, model.plan, overrides)
    folder.lock(model.depends_on(), model.data(), model.places, overrides)
    return folder
