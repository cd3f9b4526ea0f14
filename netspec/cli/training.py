"""What `run`, `resume` and `profile` share: making a model ready, training it under signals and checkpoints, and showing what came of it."""

import json
import shlex
from collections.abc import Callable, Sequence
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from netspec.model import Model
    from netspec.plan import Plan
    from netspec.report.progress import TrainingProgress
    from netspec.result import Result
    from netspec.train.history import Epoch, History
    from netspec.train.run_folder import RunFolder


def plan_to_train(spec: Path, settings: list[str], removals: list[str], data_dir: Path | None, quiet: bool) -> "Plan":
    """What the spec means, with its warnings said. Raises: SpecError, also where it names no data or no training."""
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


def ready_model(plan: "Plan", device: str | None, data_dir: Path | None, *, stand_in: bool) -> "Model":
    """The model with its data read, so that everything the machine or the data can refuse is refused before a folder is made."""
    from netspec.model import Model
    from netspec.places import data_places
    from netspec.train.failures import explained

    with explained(plan.train.batch_size if plan.train else 1):
        model = Model(plan, device=device, places=data_places(data_dir, plan.spec.source.folder))
        model.data(stand_in=stand_in)
    say_stand_in(model)
    model.check()
    return model


def train(model: "Model", folder: "RunFolder", command: str, *, quiet: bool) -> "Result":
    """Train to the last epoch, evaluate, and write weights and figures into the run folder, whose lock is held.

    Raises: Interrupted when a signal asked for a stop; a checkpoint is then written, and `command` goes on.
    """
    from netspec.report.console import stderr
    from netspec.report.progress import TrainingProgress
    from netspec.train.failures import explained, logged
    from netspec.train.keeping import CheckpointKeeper
    from netspec.train.signals import listening

    recorder = _Recorder(TrainingProgress(stderr(), quiet=quiet), folder)
    with logged(folder.path), explained(_batch_size(model)), listening() as request:
        keeper = CheckpointKeeper.of(model.plan.train, folder.path, model.depends_on(), request, command)
        model.fit(epochs=_missing(model), watcher=recorder, keeper=keeper)
        result = model.evaluate(poll=keeper.poll)
        _finish(model, folder, result, recorder)
    return result


def _finish(model: "Model", folder: "RunFolder", result: "Result", recorder: "_Recorder") -> None:
    """Write weights and figures; the figures last, since a run that has them is finished."""
    from netspec.errors import RunError

    if not isfinite(result.loss):
        raise RunError("the loss of the test examples is NaN or infinite", help="use a smaller learning_rate, or look for NaN in the data")
    if recorder.failed:
        folder.rewrite_history(model.history)
    model.save(folder.path / "weights.safetensors")
    folder.write_json("evaluation.json", figures(model, result))


def _batch_size(model: "Model") -> int:
    """Examples in a training batch."""
    return model.plan.train.batch_size if model.plan.train else 1


def _missing(model: "Model") -> int:
    """Epochs that are still to do."""
    return (model.plan.train.epochs if model.plan.train else 1) - len(model.history.epochs)


def resume_command(folder: "RunFolder", plugins: Sequence[Path]) -> str:
    """What to type to go on with a run."""
    return shlex.join(["netspec", "resume", str(folder.path), *(word for plugin in plugins for word in ("--plugin", str(plugin)))])


class _Recorder:
    """Hands training's news on to the screen, as long as there is one, and each epoch to the run folder."""

    def __init__(self, screen: "TrainingProgress", folder: "RunFolder") -> None:
        self.screen, self.folder, self.failed, self.seen = screen, folder, False, True

    def begin(self, epochs: int, batches: int) -> None:
        """Training starts."""
        self._tell(self.screen.begin, epochs, batches)

    def batches(self, epoch: int, done: int, loss: float) -> None:
        """Some batches of an epoch are through."""
        self._tell(self.screen.batches, epoch, done, loss)

    def end(self) -> None:
        """Training is over or was stopped."""
        self._tell(self.screen.end)

    def _tell(self, say: Callable[..., None], *news: object) -> None:
        """A reader who has left, or a terminal that was closed, is no reason to stop."""
        try:
            if self.seen:
                say(*news)
        except OSError:
            self.seen = False

    def epoch(self, record: "Epoch") -> None:
        """An epoch is over. A line that cannot be written stops nothing: every checkpoint holds the whole history."""
        try:
            self.folder.add_epoch(record)
        except OSError as error:
            if not self.failed:
                self._tell(warn, f"{self.folder.path / 'history.jsonl'} cannot be written now: {error.strerror or error}; training goes on")
            self.failed = True
        self._tell(self.screen.epoch, record)


def figures(model: "Model", result: "Result") -> dict[str, Any]:
    """What `evaluation.json` holds."""
    prepared = model.data()
    about = {"data": prepared.name, "instead_of": prepared.instead_of, "best_epoch": model.history.best, "ended": model.history.ended}
    return about | result.as_dict()


def warn(message: str) -> None:
    """Say on stderr what should be known."""
    from rich.text import Text

    from netspec.report.console import stderr

    stderr().print(Text.assemble(("warning", "bold yellow"), f": {message}"))


def say_stand_in(model: "Model") -> None:
    """Say loudly when another data set stands in for the one that was asked for."""
    prepared = model.data()
    if prepared.instead_of:
        warn(f"{prepared.instead_of} cannot be had here; using {prepared.name} instead\n   {prepared.why}")


def show(model: "Model", folder: "RunFolder", result: "Result", *, as_json: bool, quiet: bool) -> None:
    """Print the table, or one JSON document, on stdout."""
    from netspec.report.console import stderr, stdout
    from netspec.report.evaluation import NARROWEST, evaluation_table

    if as_json:
        history = [record.as_dict() for record in model.history.records]
        stdout().print(json.dumps({"run": str(folder.path), "evaluation": figures(model, result), "history": history}, indent=2))
        return
    console = stdout()
    console.print(evaluation_table(result.outputs, result.reconstructions, note=result.note, width=max(console.width, NARROWEST)))
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
