"""Checkpoints: directories of tensors and JSON, each whole or absent, each verified before it is used.

    checkpoints/step-00001234-00002/   model.safetensors  optimizer.safetensors  random.safetensors  state.json  MANIFEST

Neither safetensors nor JSON notices a flipped bit: the manifest holds a SHA-256 of every file and, in its first line,
of itself. The newest good checkpoint wins; a damaged one is named and passed over. Nothing here is ever unpickled.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import Any

from safetensors.torch import load
from torch import Tensor

FORMAT = 2
MANIFEST = "MANIFEST"
NEEDED = frozenset({"model.safetensors", "optimizer.safetensors", "random.safetensors", "state.json"})
_NAME = re.compile(r"step-(\d{8,})-(\d{5,})")


@dataclass(frozen=True)
class Checkpoint:
    """Everything a training needs to go on as if it had never stopped."""

    step: int
    """Updates done so far, over all epochs, those of pre-training included."""

    epoch: int
    """Epochs done so far, those of pre-training included; the end of one is a state of its own, after its last step."""

    state: Mapping[str, Any]
    """Plain values: position, history, what the optimizer keeps beside tensors."""

    tensors: Mapping[str, Mapping[str, Tensor]]
    """By file: `model`, `optimizer`, `random`, and `best` where a best epoch's weights are kept."""

    @property
    def pretraining(self) -> Mapping[str, Any]:
        """Where pre-training stands: `layer`, empty when it is over, `layers`, `epochs` and `steps` that are through, `history`."""
        found: Mapping[str, Any] = self.state.get("pretraining", {})
        return found

    @property
    def trained(self) -> int:
        """Epochs of the whole network done so far."""
        return 0 if self.pretraining.get("layer") else self.epoch - int(self.pretraining.get("epochs", 0))

    @property
    def place(self) -> str:
        """Where training stands, in words."""
        layer, epoch = self.pretraining.get("layer"), self.epoch - int(self.pretraining.get("epochs", 0)) + 1
        return f"in epoch {epoch}" + (f" of pre-training {layer}" if layer else "")

    @property
    def name(self) -> str:
        """What its folder is called."""
        return f"step-{self.step:08d}-{self.epoch:05d}"


@dataclass(frozen=True)
class Damaged:
    """A checkpoint that cannot be used, and why."""

    path: Path
    why: str


def position(path: Path) -> tuple[int, int] | None:
    """Step and epoch in a checkpoint's name; None for any other name."""
    found = _NAME.fullmatch(path.name)
    return (int(found[1]), int(found[2])) if found else None


def steps(folder: Path) -> list[Path]:
    """Finished checkpoints, newest first."""
    return sorted((path for path in folder.glob("step-*") if position(path) and path.is_dir()), key=lambda path: position(path) or (), reverse=True)


def newest(folder: Path) -> tuple[Checkpoint | None, list[Damaged]]:
    """The newest good checkpoint, and the damaged ones passed over on the way to it."""
    while True:
        damaged: list[Damaged] = []
        for found in good_or_damaged(folder):
            if isinstance(found, Checkpoint):
                return found, [one for one in damaged if one.path.exists()]
            damaged.append(found)
        if all(one.path.exists() for one in damaged):
            return None, damaged
        # A training that goes on beside us has removed them, and written newer ones: look again.


def good_or_damaged(folder: Path) -> Iterator[Checkpoint | Damaged]:
    """Every checkpoint, newest first, read and verified one at a time."""
    return map(read_checkpoint, steps(folder))


def read_checkpoint(path: Path) -> Checkpoint | Damaged:
    """One checkpoint, verified."""
    try:
        return _read(path)
    except MemoryError:
        raise
    except Exception as error:  # whatever a damaged file makes its readers say: it costs one checkpoint, never the training
        return Damaged(path, _reason(error))


def set_aside(damaged: Iterable[Damaged]) -> list[Path]:
    """Move damaged checkpoints out of the way of the training that goes on, and nothing else; where they are now."""
    return [_moved(one.path) for one in damaged]


def _moved(path: Path) -> Path:
    names = (path.with_name(f"damaged-{path.name}{f'-{number}' if number > 1 else ''}") for number in count(1))
    free = next(name for name in names if not name.exists())
    return path.rename(free)


class _BadCheckpointError(Exception):
    """A checkpoint that does not hold what its manifest says."""


def _reason(error: Exception) -> str:
    if isinstance(error, _BadCheckpointError):
        return str(error)
    if isinstance(error, OSError):
        return f"{Path(error.filename or '').name}: {error.strerror}"
    return f"it cannot be read: {error}"


def _read(path: Path) -> Checkpoint:
    contents = _verified(path)
    state = json.loads(contents.pop("state.json"))
    if state.get("format") != FORMAT:
        raise _BadCheckpointError(f"it has format {state.get('format')}, and this netspec reads {FORMAT}")
    if (state["step"], state["epoch"]) != position(path):
        raise _BadCheckpointError(f"it is of step {state['step']} in epoch {state['epoch']}, and its name says otherwise")
    return Checkpoint(state["step"], state["epoch"], state, {name.removesuffix(".safetensors"): load(content) for name, content in contents.items()})


def _verified(path: Path) -> dict[str, bytes]:
    said, _, listing = (path / MANIFEST).read_bytes().partition(b"\n")
    if sha256(listing).hexdigest().encode() != said:
        raise _BadCheckpointError(f"checksum mismatch in {MANIFEST}")
    hashes: dict[str, str] = json.loads(listing)
    if missing := NEEDED - hashes.keys():
        raise _BadCheckpointError(f"its {MANIFEST} has no {min(missing)}")
    if strange := [name for name in hashes if Path(name).name != name]:
        raise _BadCheckpointError(f"its {MANIFEST} names {strange[0]}, which is not in its folder")
    return {name: _matching(path / name, expected) for name, expected in hashes.items()}


def _matching(path: Path, expected: str) -> bytes:
    content = path.read_bytes()
    if sha256(content).hexdigest() != expected:
        raise _BadCheckpointError(f"checksum mismatch in {path.name}")
    return content
