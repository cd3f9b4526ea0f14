"""torchvision beside a torch without CUDA: its own library does not load there, and its import fails on two operators.

What does not load is used by detection only. Declaring the two operators' schemas is what a later torchvision does
itself (pytorch/vision, pull request 9649).
"""

from contextlib import suppress
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

import torch

_KEPT: list[torch.library.Library] = []
"""Declarations live as long as the object that made them."""


def torchvision() -> ModuleType:
    """The module, its transforms and data sets. Raises: ModuleNotFoundError."""
    spec = find_spec("torchvision")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("no torchvision", name="torchvision")
    if not _loads(Path(spec.origin).parent) and not hasattr(torch.ops.torchvision, "nms"):
        library = torch.library.Library("torchvision", "FRAGMENT")
        for name in ("nms", "qnms"):
            library.define(f"{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
        _KEPT.append(library)
    return import_module("torchvision")


def torchvision_if_any() -> None:
    """Make the import of torchvision work for others, where it is installed."""
    with suppress(ModuleNotFoundError):
        torchvision()


def _loads(folder: Path) -> bool:
    try:
        for library in folder.glob("_C*.so"):
            torch.ops.load_library(str(library))
    except OSError:
        return False
    return True
