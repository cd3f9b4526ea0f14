"""Sliding windows in DL4J's words: a number for each axis and a mode."""

from collections.abc import Mapping
from typing import Any

from netspec.interop.dl4j.said import Said
from netspec.shapes import Grid
from netspec.windows import Window

_WORDS = {"kernelSize": "kernel", "stride": "stride", "padding": "padding", "dilation": "dilation"}


def read_window(said: Said, kind: type[Grid], words: Mapping[str, str] = _WORDS) -> dict[str, Any]:
    """Window sizes, a number for each axis; padding that Same ignores is left out.

    Classes for sequences have two numbers of which the first counts. Raises: DataError.
    """
    found = {ours: list(said.sizes(theirs))[: len(kind.axes)] for theirs, ours in words.items() if theirs in said}
    if said.text("convolutionMode", "Truncate") == "Same":
        found.pop("padding", None)
    return found


def read_mode(said: Said, field: str = "convolutionMode") -> dict[str, Any]:
    """The convolution mode; releases before 0.7 had none and dropped incomplete windows. Raises: DataError."""
    return {"mode": said.text(field, "Truncate").lower()}


def write_window(window: Window) -> dict[str, Any]:
    """Sizes and mode; sequences have each number twice, as M2.1 has them."""
    sizes = {"kernelSize": window.kernel, "stride": window.stride, "padding": window.padding, "dilation": window.dilation}
    twice = 2 if len(window.kernel) == 1 else 1
    return {field: list(values) * twice for field, values in sizes.items()} | {"convolutionMode": window.mode.capitalize()}
