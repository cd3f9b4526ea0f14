"""Sliding windows in DL4J's words: pairs of numbers and a mode."""

from collections.abc import Mapping
from typing import Any

from netspec.interop.dl4j.said import Said
from netspec.layers._windows import Window


def read_pairs(said: Said, words: Mapping[str, str]) -> dict[str, Any]:
    """Window sizes, one number an axis; padding that Same ignores is left out. Raises: DataError."""
    found = {ours: list(said.sizes(theirs)) for theirs, ours in words.items() if theirs in said}
    if said.text("convolutionMode", "Truncate") == "Same":
        found.pop("padding", None)
    return found


def read_mode(said: Said) -> dict[str, Any]:
    """The convolution mode; releases before 0.7 had none and dropped incomplete windows. Raises: DataError."""
    return {"mode": said.text("convolutionMode", "Truncate").lower()}


def write_pairs(window: Window) -> dict[str, Any]:
    """Kernel, stride and padding."""
    return {"kernelSize": list(window.kernel), "stride": list(window.stride), "padding": list(window.padding)}


def write_mode(mode: str) -> dict[str, Any]:
    """`same` → `Same`."""
    return {"convolutionMode": mode.capitalize()}
