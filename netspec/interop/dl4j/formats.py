"""Where DL4J has the channels: before the positions or steps (NCHW, NCDHW, NCW), or behind them (NHWC, NDHWC, NWC)."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from netspec.interop.dl4j.said import Said
from netspec.shapes import Convolutional, Convolutional3D, Shape

CHANNELS_LAST = "channels_last"
"""The fact of a layer whose arrays have their channels last in DL4J."""

FLATTENED = "flattened"
"""The fact of a layer whose inputs were flattened with their channels last: sizes of the array, as DL4J had them."""


def says_last(said: Said, field: str) -> bool:
    """Whether the object says that channels are last. Raises: DataError."""
    return said.text(field, "").upper() in ("NHWC", "NDHWC", "NWC")


def format_name(shape: Shape, *, last: bool) -> str:
    """DL4J's word."""
    axes = {Convolutional: "HW", Convolutional3D: "DHW"}.get(type(shape), "W")
    return f"N{axes}C" if last else f"NC{axes}"


def to_first(array: NDArray[Any]) -> NDArray[Any]:
    """N×…×C → N×C×…."""
    return np.moveaxis(array, -1, 1)


def to_last(array: NDArray[Any]) -> NDArray[Any]:
    """N×C×… → N×…×C."""
    return np.moveaxis(array, 1, -1)
