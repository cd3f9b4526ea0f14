"""torchvision, imported here and nowhere else.

The build in the package registry is made for CUDA: beside a torch without it, its own library does not load, and its import
fails on two operators. What does not load is used by detection only; declaring the two operators' schemas is what a later
torchvision does itself (pytorch/vision, pull request 9649).
"""

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import torch

from netspec.errors import UsageError

_KEPT: list[torch.library.Library] = []
"""Declarations live as long as the object that made them."""


def vision() -> Any:
    """`torchvision.transforms.v2`. Raises: UsageError when torchvision cannot be had."""
    spec = find_spec("torchvision")
    if spec is None or spec.origin is None:
        raise UsageError("torchvision is needed to augment images", help="pip install torchvision")
    if not _loads(Path(spec.origin).parent) and not hasattr(torch.ops.torchvision, "nms"):
        _declare()
    try:
        return import_module("torchvision.transforms.v2")
    except (ImportError, RuntimeError) as error:
        raise UsageError(f"torchvision cannot be imported beside torch {torch.__version__}: {error}", help="install the version made for this torch") from error


def _loads(folder: Path) -> bool:
    try:
        for library in folder.glob("_C*.so"):
            torch.ops.load_library(str(library))  # type: ignore[no-untyped-call]
    except OSError:
        return False
    return True


def _declare() -> None:
    library = torch.library.Library("torchvision", "FRAGMENT")  # type: ignore[no-untyped-call]
    for name in ("nms", "qnms"):
        library.define(f"{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")  # type: ignore[no-untyped-call]
    _KEPT.append(library)
