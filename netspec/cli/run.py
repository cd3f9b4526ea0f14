"""`netspec run`: train, evaluate, print the table, keep a run folder."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from netspec.cli.options import AsJson, DataDir, Plugins, Removals, Settings, SpecFile, load_plugins

if TYPE_CHECKING:
    from netspec.model import Model, Result
    from netspec.plan import Plan
    from netspec.report.progress import TrainingProgress
    from netspec.train.history import Epoch
    from netspec.train.run_folder import RunFolder

NoFallback = Annotated[bool, typer.Option("--no-fallback", help="Do not use the data named by `otherwise`: its absence is an error.")]
Device = Annotated[str | None, typer.Option("--device", help="Where to train: auto, cpu, cuda, cuda:1, mps; overrides train.device.", show_default=False)]
Runs = Annotated[Path, typer.Option("--runs", metavar="DIR", help="Folder that run folders are made in.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print the table only.")]


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
    plan = _plan(spec, settings, removals, data_dir, quiet or as_json)
    model = _model(plan, device, data_dir, stand_in=not no_fallback)
    folder = _folder(runs, model, overrides)
    result = _train(model, folder, quiet or as_json)
    _show(model, folder, result, as_json, quiet)
    return 0


def _plan(spec: Path, settings: list[str], removals: list[str], data_dir: Path | None, quiet: bool) -> "Plan":
    from netspec.errors import SpecError
    from netspec.places import data_places
    from netspec.read import load
    from netspec.report.console import stderr
    from netspec.report.problems import render
    from netspec.resolve import resolve

    plan = resolve(load(spec, settings=settings, removals=removals), data_places(data_dir, spec.parent))
    missing = [name for name in ("data", "train") if getattr(plan, name) is None]
    if missing:
        from netspec.errors import Problem

        raise SpecError(
            [
                Problem(f"{name} must be set to run", (name,), plan.spec.where(()), "a spec without it is a network alone, for use from Python")
                for name in missing
            ]
        )
    if plan.warnings and not quiet:
        stderr().print(render(plan.warnings))
    return plan


def _model(plan: "Plan", device: str | None, data_dir: Path | None, *, stand_in: bool) -> "Model":
    """The model with its data read, so that everything the machine or the data can refuse is refused before a folder is made."""
    from netspec.model import Model
    from netspec.places import data_places
    from netspec.report.console import stderr

    model = Model(plan, device=device, places=data_places(data_dir, plan.spec.source.folder))
    prepared = model.data(stand_in=stand_in)
    if prepared.instead_of:
        from rich.text import Text

        said = f": {prepared.instead_of} cannot be had here; using {prepared.name} instead\n   {prepared.why}"
        stderr().print(Text.assemble(("warning", "bold yellow"), said))
    return model


def _folder(runs: Path, model: "Model", overrides: tuple[str, ...]) -> "RunFolder":
    from netspec.train.run_folder import RunFolder

    folder = RunFolder.create(runs, model.plan, overrides)
    folder.lock(model.plan, model.data(), model.device, overrides)
    return folder


def _train(model: "Model", folder: "RunFolder", quiet: bool) -> "Result":
    from netspec.report.console import stderr
    from netspec.report.progress import TrainingProgress

    try:
        model.fit(watcher=_Recorder(TrainingProgress(stderr(), quiet=quiet), folder))
    except KeyboardInterrupt:
        stderr().print(f"interrupted; what was done so far is in {folder.path}")
        raise
    result = model.evaluate()
    model.save(folder.path / "weights.safetensors")
    folder.write_json("evaluation.json", _figures(model, result))
    return result


class _Recorder:
    """Hands training's news on to the screen and each epoch to the run folder."""

    def __init__(self, screen: "TrainingProgress", folder: "RunFolder") -> None:
        self.screen, self.folder = screen, folder
        self.begin, self.batches, self.end = screen.begin, screen.batches, screen.end

    def epoch(self, record: "Epoch") -> None:
        """An epoch is over."""
        self.folder.add_epoch(record)
        self.screen.epoch(record)


def _figures(model: "Model", result: "Result") -> dict[str, Any]:
    prepared = model.data()
    return {"data": prepared.name, "instead_of": prepared.instead_of, "best_epoch": model.history.best} | result.as_dict()


def _show(model: "Model", folder: "RunFolder", result: "Result", as_json: bool, quiet: bool) -> None:
    from netspec.report.console import stderr, stdout
    from netspec.report.evaluation import evaluation_table

    if as_json:
        history = [record.as_dict() for record in model.history.epochs]
        stdout().print(json.dumps({"run": str(folder.path), "evaluation": _figures(model, result), "history": history}, indent=2))
        return
    stdout().print(evaluation_table(result.evaluation))
    if not quiet:
        stderr().print(f"run folder: {folder.path}")
