"""Which device to train on, and what to say when it is not there."""

import os

import torch

from netspec.errors import Problem, SpecError
from netspec.plan import Plan
from netspec.words import listed

_UNKNOWN_MEMORY = 8 << 30
"""Where the system does not say."""


def available() -> list[str]:
    """Devices of this machine, as a spec names them."""
    cuda = [f"cuda:{number}" for number in range(torch.cuda.device_count())] if torch.cuda.is_available() else []
    return ["cpu", *cuda, *(["mps"] if torch.backends.mps.is_available() else [])]


def choose(plan: Plan, override: str | None = None) -> torch.device:
    """The device a plan asks for; `auto` is a GPU if there is one.

    Raises: SpecError when this machine does not have it.
    """
    asked = override or (plan.train.device if plan.train else "auto")
    there = available()
    if asked == "auto":
        return torch.device(there[1] if len(there) > 1 else "cpu")
    if asked in there or (asked == "cuda" and "cuda:0" in there):
        return torch.device(asked)
    where = plan.spec.where(("train", "device")) if override is None else None
    message = f"train.device must be there on this machine, got {asked}"
    raise SpecError([Problem(message, ("train", "device"), where, f"there is {listed(there, 'and')}; auto takes the best")])


def memory(device: torch.device) -> int:
    """Bytes of memory that a device has in all."""
    if device.type == "cuda":
        return int(torch.cuda.get_device_properties(device).total_memory)
    if hasattr(os, "sysconf") and "SC_PHYS_PAGES" in os.sysconf_names:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return _UNKNOWN_MEMORY


def allow_tf32(allowed: bool, device: torch.device) -> None:
    """Whether a GPU's float32 products may be rounded; torch's own default allows it for convolutions only. Holds for the process."""
    if device.type == "cuda":
        precision = "tf32" if allowed else "ieee"
        torch.backends.cuda.matmul.fp32_precision = precision
        torch.backends.cudnn.conv.fp32_precision = precision  # type: ignore[attr-defined]  # torch's stubs lack it
