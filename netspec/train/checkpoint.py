"""Checkpoints: directories of tensors and JSON, written aside, flushed and renamed, so that each is whole or absent.

    checkpoints/step-00001234-00002/   model.safetensors  optimizer.safetensors  random.safetensors  state.json  MANIFEST

Neither safetensors nor JSON notices a flipped bit: the manifest holds a SHA-256 of every file and, in its first line,
of itself. The newest good checkpoint wins; a damaged one is named and passed over. Nothing here is ever unpickled.
"""

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor

from netspec.errors import RunError

FORMAT = 1
_MANIFEST = "MANIFEST"


@dataclass(frozen=True)
class Checkpoint:
    """Everything a training needs to go on as if it had never stopped."""

    step: int
    """Updates done so far, over all epochs."""

    epoch: int
    """Epochs done so far; the end of one is a state of its own, after its last step."""

    state: Mapping[str, Any]
    """Plain values: position, history, what the optimizer keeps beside tensors."""

    tensors: Mapping[str, Mapping[str, Tensor]]
    """By file: `model`, `optimizer`, `random`, and `best` where a best epoch's weights are kept."""


@dataclass(frozen=True)
class Damaged:
    """A checkpoint that cannot be used, and why."""

    path: Path
    why: str


def write_checkpoint(folder: Path, checkpoint: Checkpoint, *, keep: int) -> Path:
    """Write a checkpoint and remove all but the newest `keep`.

    Raises: RunError when the disk refuses; older checkpoints are then untouched.
    """
    target = folder / f"step-{checkpoint.step:08d}-{checkpoint.epoch:05d}"
    if target.exists():
        return target
    part = folder / f".{target.name}.{os.getpid()}.part"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _remove_leftovers(folder)
        part.mkdir()
        _write_files(part, _contents(checkpoint))
        part.rename(target)
        _flush_folder(folder)
    except OSError as error:
        shutil.rmtree(part, ignore_errors=True)
        message = f"the checkpoint {target} cannot be written: {error.strerror}"
        raise RunError(message, help="older checkpoints are whole; free some space and resume") from error
    for old in _steps(folder)[keep:]:
        shutil.rmtree(old, ignore_errors=True)
    return target


def _contents(checkpoint: Checkpoint) -> dict[str, bytes]:
    files = {f"{name}.safetensors": _packed(group) for name, group in checkpoint.tensors.items()}
    state = {"format": FORMAT, "step": checkpoint.step, "epoch": checkpoint.epoch, **checkpoint.state}
    return files | {"state.json": json.dumps(state, allow_nan=False).encode()}


def _packed(tensors: Mapping[str, Tensor]) -> bytes:
    return save({name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()})


def _write_files(folder: Path, contents: Mapping[str, bytes]) -> None:
    for name, content in contents.items():
        _write(folder / name, content)
    listing = json.dumps({name: sha256(content).hexdigest() for name, content in contents.items()}).encode()
    _write(folder / _MANIFEST, sha256(listing).hexdigest().encode() + b"\n" + listing)
    _flush_folder(folder)


def _write(path: Path, content: bytes) -> None:
    with path.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


def _flush_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _remove_leftovers(folder: Path) -> None:
    for left in folder.glob(".step-*.part"):
        shutil.rmtree(left, ignore_errors=True)


def _steps(folder: Path) -> list[Path]:
    """Finished checkpoints, newest first."""
    return sorted((path for path in folder.glob("step-*") if path.is_dir()), reverse=True)


def newest(folder: Path) -> tuple[Checkpoint | None, list[Damaged]]:
    """The newest good checkpoint, and the damaged ones passed over on the way to it."""
    damaged: list[Damaged] = []
    for found in good_or_damaged(folder):
        if isinstance(found, Checkpoint):
            return found, damaged
        damaged.append(found)
    return None, damaged


def good_or_damaged(folder: Path) -> Iterator[Checkpoint | Damaged]:
    """Every checkpoint, newest first, read and verified one at a time."""
    for path in _steps(folder):
        try:
            yield _read(path)
        except _BadCheckpointError as error:
            yield Damaged(path, str(error))


class _BadCheckpointError(Exception):
    """A checkpoint that does not hold what its manifest says."""


def _read(path: Path) -> Checkpoint:
    contents = _verified(path)
    try:
        state = json.loads(contents.pop("state.json"))
        tensors = {name.removesuffix(".safetensors"): load(content) for name, content in contents.items()}
    except (KeyError, ValueError, SafetensorError) as error:
        raise _BadCheckpointError(f"it cannot be read: {error}") from error
    if state.get("format") != FORMAT:
        raise _BadCheckpointError(f"it has format {state.get('format')}, and this netspec reads {FORMAT}")
    return Checkpoint(state["step"], state["epoch"], state, tensors)


def _verified(path: Path) -> dict[str, bytes]:
    try:
        said, _, listing = (path / _MANIFEST).read_bytes().partition(b"\n")
        if sha256(listing).hexdigest().encode() != said:
            raise _BadCheckpointError("checksum mismatch in MANIFEST")
        hashes: dict[str, str] = json.loads(listing)
        contents = {name: (path / name).read_bytes() for name in hashes}
    except (OSError, ValueError) as error:
        raise _BadCheckpointError(str(error)) from error
    for name, content in contents.items():
        if sha256(content).hexdigest() != hashes[name]:
            raise _BadCheckpointError(f"checksum mismatch in {name}")
    return contents
