"""Weights as safetensors: written whole or not at all, read with every name and shape checked."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import nn

from netspec.errors import DataError, UsageError
from netspec.train.durable import replace_file
from netspec.train.scaling import Scaling, Scalings


def write_weights(module: nn.Module, path: Path, scaling: Scaling | Scalings | None) -> None:
    """Write all parameters and buffers, and as metadata how features are scaled. Raises: RunError when the disk refuses."""
    about = {"scaling": json.dumps(_plain(scaling))} if scaling else None
    # Bytes written by ourselves: safetensors' own save_file makes files that only their owner can read.
    replace_file(path, packed_weights(module, about))


def packed_weights(module: nn.Module, about: dict[str, str] | None = None) -> bytes:
    """All parameters and buffers as a safetensors file has them."""
    return save({name: tensor.detach().cpu().contiguous() for name, tensor in module.state_dict().items()}, about)


def _plain(scaling: Scaling | Scalings) -> dict[str, Any]:
    """Factor and offset; of several inputs, by name."""
    if isinstance(scaling, Scalings):
        return {"inputs": {name: _plain(its) for name, its in scaling.by_name.items()}}
    return {"factor": scaling.factor.tolist(), "offset": scaling.offset.tolist()}


def read_weights(module: nn.Module, path: Path) -> Scaling | Scalings | None:
    """Load all parameters and buffers; the scaling they were saved with.

    Raises: UsageError when there is no file; DataError when it does not fit.
    """
    try:
        content = path.read_bytes()
        found = load(content)
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
    return _scaling(content)


def _scaling(content: bytes) -> Scaling | Scalings | None:
    """The scaling in the metadata: a header of JSON after its length in eight bytes."""
    header = json.loads(content[8 : 8 + int.from_bytes(content[:8], "little")])
    said = header.get("__metadata__", {}).get("scaling")
    if said is None:
        return None
    values = json.loads(said)
    return Scalings({name: _one(its) for name, its in values["inputs"].items()}) if "inputs" in values else _one(values)


def _one(values: Mapping[str, Any]) -> Scaling:
    return Scaling(torch.tensor(values["factor"], dtype=torch.float64), torch.tensor(values["offset"], dtype=torch.float64))
