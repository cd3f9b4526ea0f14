"""Writing checkpoints: aside, flushed, renamed; only then are older ones removed."""

import json
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from safetensors.torch import save
from torch import Tensor

from netspec.train.checkpoint import FORMAT, MANIFEST, Checkpoint, Damaged, position, read_checkpoint, set_aside, steps
from netspec.train.durable import flush_folder, hidden_name, refusal, remove_folder, remove_leftovers, write_flushed


def write_checkpoint(folder: Path, checkpoint: Checkpoint, *, keep: int, best: int | None = None) -> Path:
    """Write a checkpoint, then remove older ones: all but the newest `keep` and the one that ended the epoch `best`.

    Raises: RunError when the disk refuses; older checkpoints are then untouched.
    """
    target, contents = folder / checkpoint.name, _contents(checkpoint)
    part = hidden_name(target)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        remove_leftovers(folder)
        if not _is_there(target):
            part.mkdir()
            _write_files(part, contents)
            part.rename(target)
            flush_folder(folder)
    except OSError as error:
        remove_leftovers(folder)
        raise refusal(target, error, sum(map(len, contents.values()))) from error
    _prune(folder, target, keep, best)
    return target


def _is_there(target: Path) -> bool:
    """Whether this very checkpoint was written before; a damaged one in its place is moved out of the way."""
    if not target.exists():
        return False
    found = read_checkpoint(target)
    if isinstance(found, Damaged):
        set_aside([found])
    return not isinstance(found, Damaged)


def _contents(checkpoint: Checkpoint) -> dict[str, bytes]:
    files = {f"{name}.safetensors": _packed(group) for name, group in checkpoint.tensors.items()}
    state = {"format": FORMAT, "step": checkpoint.step, "epoch": checkpoint.epoch, **checkpoint.state}
    return files | {"state.json": json.dumps(state, allow_nan=False).encode()}


def _packed(tensors: Mapping[str, Tensor]) -> bytes:
    return save({name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()})


def _write_files(folder: Path, contents: Mapping[str, bytes]) -> None:
    for name, content in contents.items():
        write_flushed(folder / name, content)
    listing = json.dumps({name: sha256(content).hexdigest() for name, content in contents.items()}).encode()
    write_flushed(folder / MANIFEST, sha256(listing).hexdigest().encode() + b"\n" + listing)
    flush_folder(folder)


def _prune(folder: Path, newest: Path, keep: int, best: int | None) -> None:
    """Newer ones than `newest` are damaged ones that someone went back behind: they neither count nor go."""
    behind = [path for path in steps(folder) if (position(path) or ()) <= (position(newest) or ())]
    spared = _end_of_epoch(behind, best)
    for old in behind[max(keep, 1) :]:
        if old != spared:
            remove_folder(old)


def _end_of_epoch(paths: list[Path], epoch: int | None) -> Path | None:
    """The first checkpoint with so many epochs done: later ones are in the middle of the next."""
    ended = [path for path in paths if (position(path) or (0, 0))[1] == epoch]
    return min(ended, key=lambda path: position(path) or (), default=None)
