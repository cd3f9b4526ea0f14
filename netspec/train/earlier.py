"""Runs of earlier: the newest that can be gone on with, and what was changed in one since it began."""

from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from netspec.errors import DataError, NetspecError
from netspec.plan import Plan
from netspec.source import from_file, from_text
from netspec.train.record import Record
from netspec.train.run_folder import RunFolder, digest, plan_text

_DERIVED = {"parameters", "output", "inputs", "outputs", "execution", "inserted"}
_MOST = 6
"""Differences that are told."""


def newest_unfinished(runs: Path, plan: Plan) -> tuple[RunFolder | None, list[str]]:
    """The newest run of this plan that did not come to its end, and a note for each folder that cannot be read.

    By the time its spec was written, not by its name: names repeat when clocks are set back.
    """
    notes: list[str] = []
    meaning = digest(plan_text(plan))
    found = [folder for folder, record in _runs(runs, notes) if record.plan_sha256 == meaning and not folder.finished]
    return max(found, key=lambda folder: ((folder.path / "spec.yaml").stat().st_mtime_ns, folder.path.name), default=None), notes


def _runs(runs: Path, notes: list[str]) -> Iterator[tuple[RunFolder, Record]]:
    for path in sorted(runs.iterdir()) if runs.is_dir() else ():
        if path.is_dir() and not path.is_symlink():
            try:
                folder = RunFolder.existing(path)
                yield folder, folder.record()
            except NetspecError as error:
                notes.append(f"passed over {path}: {error}")


def check_spec(folder: RunFolder, record: Record, plan: Plan) -> list[str]:
    """Where a run's spec means something else than when the run began, though nobody changed it: another netspec reads it.

    Raises: DataError with the paths that differ when somebody did change it.
    """
    if digest(plan_text(plan)) == record.plan_sha256:
        return []
    path = folder.path / "spec.yaml"
    found = _differences(folder.path / "plan.yaml", plan)
    if sha256(path.read_bytes()).hexdigest() == record.spec_sha256:
        return found
    more = f"; and {len(found) - _MOST} more" if len(found) > _MOST else ""
    help_ = f"give the old spec back, or start a new run with this one; to train longer: netspec resume {folder.path} --epochs N"
    raise DataError(f"{path} must be as it was when the run began; {'; '.join(found[:_MOST])}{more}", help=help_)


def _differences(written: Path, plan: Plan) -> list[str]:
    """`layers.0.n_out was 8, is 16`: what was said first, what follows from it only if there is nothing else."""
    try:
        before = dict(_leaves(from_file(written).values))
    except NetspecError:
        return [f"{written}, which could tell what differs, cannot be read"]
    now = dict(_leaves(from_text(plan_text(plan)).values))
    paths = [path for path in (*before, *(path for path in now if path not in before)) if before.get(path) != now.get(path)]
    said = [path for path in paths if not _DERIVED & set(path) and not any(path[:end] in paths for end in range(1, len(path)))]
    return [f"{'.'.join(path)} was {before.get(path, 'not set')}, is {now.get(path, 'not set')}" for path in said or paths]


def _leaves(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Values by their paths; a component with settings is its tag, and the settings below it, as a bare word is the tag alone."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            is_tag = key == "type" and path and not path[-1].isdigit()
            yield from _leaves(item, path if is_tag else (*path, str(key)))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _leaves(item, (*path, str(index)))
    else:
        yield path, value
