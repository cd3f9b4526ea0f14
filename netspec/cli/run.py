"""`netspec run`: train, evaluate, print the table, keep a run folder."""

from contextlib import suppress
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from netspec.cli.options import AsJson, DataDir, Plugins, Quiet, Removals, Settings, SpecFile, load_plugins
from netspec.cli.resume import go_on
from netspec.cli.training import plan_to_train, ready_model, resume_command, show, train

if TYPE_CHECKING:
    from netspec.model import Model
    from netspec.plan import Plan
    from netspec.result import Result
    from netspec.train.run_folder import RunFolder

NoFallback = Annotated[bool, typer.Option("--no-fallback", help="Do not use the data named by `otherwise`: its absence is an error.")]
Device = Annotated[str | None, typer.Option("--device", help="Where to train: auto, cpu, cuda, cuda:1, mps; overrides train.device.", show_default=False)]


class Which(StrEnum):
    """Which earlier run to go on with."""

    auto = "auto"


Resume = Annotated[Which | None, typer.Option("--resume", help="Go on with the newest unfinished run of this spec, if there is one.", show_default=False)]
Runs = Annotated[Path, typer.Option("--runs", metavar="DIR", help="Folder that run folders are made in.")]


def command(
    spec: SpecFile,
    settings: Settings = [],
    removals: Removals = [],
    data_dir: DataDir = None,
    no_fallback: NoFallback = False,
    device: Device = None,
    runs: Runs = Path("runs"),
    resume: Resume = None,
    plugins: Plugins = [],
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> int:
    """Train a network as its spec says, evaluate it, and keep everything in a new run folder."""
    load_plugins(plugins)
    quiet = quiet or as_json
    overrides = (*(f"--set {setting}" for setting in settings), *(f"--unset {path}" for path in removals))
    plan = plan_to_train(spec, settings, removals, data_dir, quiet)
    if resume and (unfinished := _unfinished(runs, plan)):
        return go_on(unfinished, epochs=None, data_dir=data_dir, plugins=plugins, as_json=as_json, quiet=quiet)
    model = ready_model(plan, device, data_dir, stand_in=not no_fallback)
    folder, result = _trained(runs, model, overrides, plugins, quiet)
    show(model, folder, result, as_json=as_json, quiet=quiet)
    return 0


def _trained(runs: Path, model: "Model", overrides: tuple[str, ...], plugins: list[Path], quiet: bool) -> "tuple[RunFolder, Result]":
    from netspec.train.lock import locked
    from netspec.train.run_folder import RunFolder
    from netspec.train.weights import packed_weights

    start = packed_weights(model.module) if model.plan.transfer else None
    folder = RunFolder.create(runs, model.plan, overrides, model.depends_on(), (model.data(), model.places), start)
    with locked(folder.path):
        return folder, train(model, folder, resume_command(folder, plugins), quiet=quiet)


def _unfinished(runs: Path, plan: "Plan") -> "RunFolder | None":
    """The run to go on with, said aloud; or that there is none."""
    from netspec.report.console import stderr
    from netspec.train.earlier import newest_unfinished

    found, notes = newest_unfinished(runs, plan)
    for note in notes:
        stderr().print(note)
    stderr().print(f"going on with {found.path}" if found else f"there is no unfinished run of this spec in {runs}; starting a new one")
    if found:
        with suppress(OSError):  # a name for convenience, which a run that was killed at once has not got yet
            found.become_latest()
    return found
