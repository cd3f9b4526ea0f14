"""The run folder: everything a run leaves, in a new folder each time; nothing is ever overwritten.

    runs/<name>-<time>/   spec.yaml  plan.yaml  lock.json  history.jsonl  evaluation.json  weights.safetensors

`runs/latest` points to the newest: a relative link, or a text file where links are not to be had.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from netspec.datasets import Places
from netspec.dump import to_yaml
from netspec.errors import DataError, RunError, UsageError
from netspec.plan import Plan
from netspec.source import Source
from netspec.train.data import Prepared
from netspec.train.history import Epoch, History
from netspec.train.weights import replace_file

_MOST_TRIES = 1000


@dataclass(frozen=True)
class RunFolder:
    """One run's folder."""

    path: Path

    @classmethod
    def create(cls, runs: Path, plan: Plan, overrides: tuple[str, ...]) -> "RunFolder":
        """A new folder with the spec and the plan in it. Raises: RunError when it cannot be made."""
        stamp = datetime.now().astimezone().strftime("%Y%m%d-%H%M%S")
        try:
            runs.mkdir(parents=True, exist_ok=True)
            folder = cls(_new_folder(runs, f"{plan.name}-{stamp}"))
            _point_latest(folder.path)
        except OSError as error:
            raise RunError(f"{runs} cannot hold a run folder: {error.strerror}", help="choose another with --runs") from error
        folder.write("spec.yaml", _spec_text(plan.spec.source, overrides))
        folder.write("plan.yaml", to_yaml(plan.as_dict()))
        return folder

    @classmethod
    def existing(cls, path: Path) -> "RunFolder":
        """A folder that an earlier run left; a text file naming one will do. Raises: UsageError when it is none."""
        if path.is_file() and path.name == "latest":
            path = path.parent / path.read_text(encoding="utf-8").strip()
        missing = [name for name in ("spec.yaml", "lock.json") if not (path / name).is_file()]
        if missing:
            raise UsageError(f"{path} is not a run folder: it has no {missing[0]}")
        return cls(path.resolve() if path.is_symlink() else path)

    @property
    def finished(self) -> bool:
        """Whether its run came to its end."""
        return (self.path / "evaluation.json").is_file()

    def write(self, name: str, text: str) -> None:
        """Write a file whole or not at all. Raises: RunError."""
        replace_file(self.path / name, text.encode())

    def write_json(self, name: str, values: Mapping[str, Any]) -> None:
        """Write a JSON file. Raises: RunError."""
        self.write(name, json.dumps(values, indent=2, allow_nan=False) + "\n")

    def read_json(self, name: str) -> Any:
        """Read a JSON file. Raises: DataError when it is damaged."""
        try:
            return json.loads((self.path / name).read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise DataError(f"{self.path / name} cannot be read: {error}") from error

    def lock(self, model_depends_on: Mapping[str, Any], prepared: Prepared, places: Places, overrides: tuple[str, ...]) -> None:
        """Record what the result depends on beside the spec: data, versions, machine. Raises: RunError."""
        data = {"name": prepared.name, "sha256": prepared.digest, "instead_of": prepared.instead_of, "why": prepared.why or None}
        sizes = {"train": len(prepared.train), "validation": len(prepared.validation) if prepared.validation else 0, "test": len(prepared.test)}
        where = {"root": str(places.root), "base": str(places.base.absolute())}
        self.write_json("lock.json", {"overrides": list(overrides), "data": data | sizes, "places": where, **model_depends_on})

    def add_epoch(self, record: Epoch) -> None:
        """Append one line to the history. Raises: RunError."""
        try:
            with (self.path / "history.jsonl").open("a", encoding="utf-8") as stream:
                stream.write(json.dumps(record.as_dict()) + "\n")
        except OSError as error:
            raise RunError(f"{self.path / 'history.jsonl'} cannot be written: {error.strerror}") from error

    def rewrite_history(self, history: History) -> None:
        """Let the history say what a checkpoint says: later lines, a torn last one too, are dropped. Raises: RunError."""
        self.write("history.jsonl", "".join(json.dumps(record.as_dict()) + "\n" for record in history.epochs))


def _new_folder(runs: Path, name: str) -> Path:
    for number in range(1, _MOST_TRIES):
        path = runs / (name if number == 1 else f"{name}-{number}")
        try:
            path.mkdir()
        except FileExistsError:
            continue
        return path
    raise RunError(f"{runs} holds too many runs named {name}")


def _point_latest(path: Path) -> None:
    latest, part = path.parent / "latest", path.parent / f".latest.{os.getpid()}"
    part.unlink(missing_ok=True)
    try:
        part.symlink_to(path.name, target_is_directory=True)
    except OSError:
        part.write_text(path.name + "\n", encoding="utf-8")
    part.replace(latest)


def _spec_text(source: Source, overrides: tuple[str, ...]) -> str:
    """As written; where `base` or overrides make it more than its file, all of it."""
    if source.text is not None and not overrides and not source.based:
        return source.text
    head = f"# {source.file}" + "".join(f"\n# {override}" for override in overrides)
    return f"{head}\n{to_yaml(_plain(source.values))}"


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value.model_dump(mode="json", exclude_unset=True) if hasattr(value, "model_dump") else value
