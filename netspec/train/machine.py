"""What a bit-identical result depends on beside spec and data: versions, device, threads."""

import platform
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import torch

from netspec import __version__

_PACKAGES = ("torch", "torchvision", "numpy", "pydantic", "safetensors")


def depends_on(seed: int, device: torch.device) -> dict[str, Any]:
    """Plain values for `lock.json` and checkpoints."""
    machine = {"device": device.type, "threads": torch.get_num_threads(), "system": platform.system(), "processor": platform.machine()}
    versions = {"netspec": __version__, "python": platform.python_version()} | {package: _version(package) for package in _PACKAGES}
    return {"seed": seed, "machine": machine, "versions": versions}


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "none"


def differences(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """Why going on here will not be bit-identical: `threads was 2, is 4`."""
    pairs = [(key, before.get(part, {}).get(key), value) for part in ("machine", "versions") for key, value in now[part].items()]
    return [f"{key} was {was}, is {value}" for key, was, value in pairs if was != value]
