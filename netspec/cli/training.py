"""What `run` and `resume` share: training under signals and checkpoints, and showing what came of it."""

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from netspec.model import Model
    from netspec.report.progress import TrainingProgress
    from netspec.result import Result
    from netspec.train.history import Epoch, History
    from netspec.train.run_folder import RunFolder


def train(model: "Model", folder: "RunFolder", *, quiet: bool) -> "Result":
    """Train to the last epoch, evaluate, and write weights and figures into the run folder.

    Raises: Interrupted when a signal asked for a stop; a checkpoint is then written.
    """
    from netspec.report.console import stderr
    from netspec.report.progress import TrainingProgress
    from netspec.train.keeping import CheckpointKeeper
    from netspec.train.lock import locked
    from netspec.train.signals import listening

    watcher = _Recorder(TrainingProgress(stderr(), quiet=quiet), folder)
    with locked(folder.path), listening() as request:
        keeper = CheckpointKeeper.of(model.plan.train, folder.path, model.depends_on(), request)
        model.fit(epochs=_missing(model), watcher=watcher, keeper=keeper)
        result = model.evaluate(poll=keeper.poll)
        model.save(folder.path / "weights.safetensors")
        folder.write_json("evaluation.json", figures(model, result))
    return result


def _missing(model: "Model") -> int:
    """Epochs that are still to do."""
    return (model.plan.train.epochs if model.plan.train else 1) - len(model.history.epochs)


class _Recorder:
    """Hands training's news on to the screen and each epoch to the run folder."""

    def __init__(self, screen: "TrainingProgress", folder: "RunFolder") -> None:
        self.screen, self.folder = screen, folder
        self.begin, self.batches, self.end = screen.begin, screen.batches, screen.end

    def epoch(self, record: "Epoch") -> None:
        """An epoch is over."""
        self.folder.add_epoch(record)
        self.screen.epoch(record)


def figures(model: "Model", result: "Result") -> dict[str, Any]:
    """What `evaluation.json` holds."""
    prepared = model.data()
    about = {"data": prepared.name, "instead_of": prepared.instead_of, "best_epoch": model.history.best, "ended": model.history.ended}
    return about | result.as_dict()


def say_stand_in(model: "Model") -> None:
    """Say loudly when another data set stands in for the one that was asked for."""
    from rich.text import Text

    from netspec.report.console import stderr

    prepared = model.data()
    if prepared.instead_of:
        said = f": {prepared.instead_of} cannot be had here; using {prepared.name} instead\n   {prepared.why}"
        stderr().print(Text.assemble(("warning", "bold yellow"), said))


def show(model: "Model", folder: "RunFolder", result: "Result", *, as_json: bool, quiet: bool) -> None:
    """Print the table, or one JSON document, on stdout."""
    from netspec.report.console import stderr, stdout
    from netspec.report.evaluation import evaluation_table

    if as_json:
        history = [record.as_dict() for record in model.history.epochs]
        stdout().print(json.dumps({"run": str(folder.path), "evaluation": figures(model, result), "history": history}, indent=2))
        return
    stdout().print(evaluation_table(result.evaluation))
    if not quiet:
        _say_end(model.history)
        stderr().print(f"run folder: {folder.path}")


def _say_end(history: "History") -> None:
    """Why training ended early, and which epoch's weights were kept."""
    from netspec.report.console import stderr

    if history.ended:
        stderr().print(f"ended after epoch {len(history.epochs)}: {history.ended}")
    if history.best:
        stderr().print(f"kept the weights of epoch {history.best}, the best")
