"""Weights as safetensors: written whole or not at all, read with every name and shape checked."""

import os
from pathlib import Path

from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import nn

from netspec.errors import DataError, RunError, UsageError


def write_weights(module: nn.Module, path: Path) -> None:
    """Write all parameters and buffers. Raises: RunError when the disk refuses."""
    # Bytes written by ourselves: safetensors' own save_file makes files that only their owner can read.
    content = save({name: tensor.detach().cpu().contiguous() for name, tensor in module.state_dict().items()})
    replace_file(path, content)


def replace_file(path: Path, content: bytes) -> None:
    """Write a file under a temporary name, flush it, and give it its name. Raises: RunError."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise RunError(f"{path} cannot be written: {error.strerror}") from error


def read_weights(module: nn.Module, path: Path) -> None:
    """Load all parameters and buffers. Raises: UsageError when there is no file; DataError when it does not fit."""
    try:
        found = load(path.read_bytes())
    except FileNotFoundError:
        raise UsageError(f"there is no file {path}") from None
    except SafetensorError as error:
        raise DataError(f"{path} is not a safetensors file: {error}") from error
    wanted = module.state_dict()
    for name in sorted(wanted.keys() ^ found.keys()):
        raise DataError(f"{path} must hold the weights of this network, got {'no' if name in wanted else 'also'} {name}")
    for name, tensor in wanted.items():
        if found[name].shape != tensor.shape:
            raise DataError(f"{path}: {name} must be {tuple(tensor.shape)}, got {tuple(found[name].shape)}")
    module.load_state_dict(found)
