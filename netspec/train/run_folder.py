"""The run folder: everything a run leaves, in a new folder each time; nothing is ever overwritten.

    runs/<name>-<time>/   spec.yaml  plan.yaml  lock.json  history.jsonl  evaluation.json  weights.safetensors

and, of texts, the `vocabulary.json` that a later spec or `predict` may name.
`runs/latest` points to the newest: a relative link, or a text file where links are not to be had.
"""

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from netspec.datasets import Places
from netspec.dump import to_yaml
from netspec.errors import DataError, NetspecError, RunError, UsageError
from netspec.plan import Plan
from netspec.source import Source, from_file
from netspec.train.data import Prepared
from netspec.train.durable import replace_file
from netspec.train.history import Epoch, History
from netspec.train.record import HELP, Record, data_record, places_record, read_record

_MOST_TRIES = 1000


@dataclass(frozen=True)
class RunFolder:
    """One run's folder."""

    path: Path

    @classmethod
    def create(
        cls, runs: Path, plan: Plan, overrides: tuple[str, ...], depends_on: Mapping[str, Any], data: tuple[Prepared, Places], start: bytes | None = None
    ) -> "RunFolder":
        """A new folder with the spec, the plan and what the result depends on, `start` among it: weights that were taken over; only then is it the latest.

        Raises: RunError when it cannot be made; nothing is then left of it.
        """
        stamp = datetime.now().astimezone().strftime("%Y%m%d-%H%M%S")
        try:
            runs.mkdir(parents=True, exist_ok=True)
            folder = cls(_new_folder(runs, f"{plan.name}-{stamp}"))
            with _removed_on_failure(folder.path):
                folder._fill(plan, overrides, depends_on, data)
                if start is not None:
                    replace_file(folder.start, start)
                folder.become_latest()
        except OSError as error:
            raise RunError(f"{runs} cannot hold a run folder: {error.strerror or error}", help="choose another with --runs") from error
        return folder

    @classmethod
    def existing(cls, path: Path) -> "RunFolder":
        """A folder that an earlier run left; a text file naming one will do. Raises: UsageError when it is none."""
        if path.is_file() and path.name == "latest":
            path = path.parent / path.read_text(encoding="utf-8", errors="replace").strip()
        missing = [name for name in ("spec.yaml", "lock.json") if not (path / name).is_file()]
        if missing:
            raise UsageError(f"{path} is not a run folder: it has no {missing[0]}")
        return cls(path.parent / path.readlink() if path.is_symlink() else path)

    def become_latest(self) -> None:
        """Let `latest` beside it point to it. Raises: OSError."""
        _point_latest(self.path)

    @property
    def finished(self) -> bool:
        """Whether its run came to its end."""
        return (self.path / "evaluation.json").is_file()

    @property
    def plan_name(self) -> str | None:
        """What the plan is called; None where its file cannot tell."""
        try:
            name = from_file(self.path / "plan.yaml").values.get("name")
        except NetspecError:
            return None
        return name if isinstance(name, str) else None

    @property
    def start(self) -> Path:
        """Where the weights are that it began with, where they were learned elsewhere: what they were taken from may change, `runs/latest` does."""
        return self.path / "start.safetensors"

    @property
    def checkpoints(self) -> Path:
        """Where its checkpoints are."""
        return self.path / "checkpoints"

    def write(self, name: str, text: str) -> None:
        """Write a file whole or not at all. Raises: RunError."""
        replace_file(self.path / name, text.encode())

    def write_json(self, name: str, values: Mapping[str, Any]) -> None:
        """Write a JSON file. Raises: RunError."""
        self.write(name, json.dumps(values, indent=2, allow_nan=False) + "\n")

    def record(self) -> Record:
        """What `lock.json` says. Raises: DataError when it is damaged."""
        path = self.path / "lock.json"
        try:
            values = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError) as error:
            raise DataError(f"{path} is damaged: {error}", help=HELP) from error
        return read_record(path, values)

    def _fill(self, plan: Plan, overrides: tuple[str, ...], depends_on: Mapping[str, Any], data: tuple[Prepared, Places]) -> None:
        spec, meaning, (prepared, places) = _spec_text(plan.spec.source, overrides), plan_text(plan), data
        self.write("spec.yaml", spec)
        self.write("plan.yaml", meaning)
        if prepared.vocabulary:
            self.write("vocabulary.json", json.dumps(prepared.vocabulary, ensure_ascii=False, indent=0) + "\n")
        record = Record(
            overrides=overrides,
            epochs=plan.train.epochs if plan.train else 1,
            spec_sha256=digest(spec),
            plan_sha256=digest(meaning),
            data=data_record(prepared),
            places=places_record(places),
            **depends_on,
        )
        self.write_record(record)

    def write_record(self, record: Record) -> None:
        """Write `lock.json`. Raises: RunError."""
        self.write_json("lock.json", record.model_dump(mode="json"))

    def reopen(self, record: Record, plan: str) -> None:
        """Make a run ready to go on: no longer finished, up to the record's epochs, its `plan.yaml` as it was written. Raises: RunError."""
        before = self.record()
        try:
            if self.finished:
                (self.path / "evaluation.json").rename(self.path / f"evaluation-{before.epochs}.json")
        except OSError as error:
            raise RunError(f"{self.path} cannot be written: {error.strerror or error}") from error
        if before != record:
            self.write_record(record)
        if not _holds(self.path / "plan.yaml", plan):
            self.write("plan.yaml", plan)

    def add_epoch(self, record: Epoch) -> None:
        """Append one line to the history. Raises: OSError."""
        with (self.path / "history.jsonl").open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(record.as_dict()) + "\n")

    def rewrite_history(self, history: History) -> None:
        """Let the history say what a checkpoint says: later lines, a torn last one too, are dropped. Raises: RunError."""
        self.write("history.jsonl", "".join(json.dumps(record.as_dict()) + "\n" for record in history.records))

    def history(self) -> tuple[list[Epoch], list[str]]:
        """The recorded epochs, and what is wrong with lines that cannot be read. Raises: DataError when there is no history."""
        path = self.path / "history.jsonl"
        try:
            lines = path.read_bytes().split(b"\n")
        except OSError as error:
            raise DataError(f"{path} cannot be read: {error.strerror}") from error
        read = [_epoch(line) for line in lines]
        notes = [f"line {number} of {path} is damaged" for number, (line, found) in enumerate(zip(lines, read, strict=True), 1) if line and not found]
        return [found for found in read if found], notes


def plan_text(plan: Plan) -> str:
    """What `plan.yaml` holds."""
    return to_yaml(plan.as_dict())


def digest(text: str) -> str:
    """SHA-256 of a text, in hexadecimal."""
    return sha256(text.encode()).hexdigest()


def _holds(path: Path, text: str) -> bool:
    try:
        return path.read_bytes() == text.encode()
    except OSError:
        return False


def _epoch(line: bytes) -> Epoch | None:
    try:
        return Epoch(**json.loads(line))
    except (ValueError, TypeError):
        return None


@contextmanager
def _removed_on_failure(folder: Path) -> Iterator[None]:
    try:
        yield
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


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
