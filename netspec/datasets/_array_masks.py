"""Array files of masks, and what must hold between them and what they mask."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from netspec.datasets._npy import ArrayFile, sizes
from netspec.errors import DataError
from netspec.named import Named
from netspec.words import listed

if TYPE_CHECKING:
    from numpy import ndarray


def check_masks(what: str, masks: Named[ArrayFile] | None, arrays: Named[ArrayFile]) -> None:
    """Read the headers: one number for each example or step, or for each value of a label.

    Raises: DataError when a mask fits no array.
    """
    of = "features" if what == "mask" else "labels"
    for name, file in _by_name(masks).items():
        if name not in (known := _by_name(arrays)):
            raise DataError(
                f"{what} must name {of}, {listed(known, 'and') if isinstance(arrays, Mapping) else 'or be one file as they are'}, got {name or file}"
            )
        found, masked = file.header().shape, known[name].header().shape
        wanted = _sizes(masked) if what == "mask" else [*_sizes(masked), masked]
        if found not in wanted:
            said = listed([sizes(each) for each in dict.fromkeys(wanted)])
            raise DataError(f"{file}: must be {said}, to mask {known[name]}, got {sizes(found)}")


def _by_name(files: Named[ArrayFile] | None) -> Mapping[str, ArrayFile]:
    return files if isinstance(files, Mapping) else {} if files is None else {"": files}


def _sizes(masked: tuple[int, ...]) -> list[tuple[int, ...]]:
    """Of a mask of steps, of examples, or of an image's positions."""
    if len(masked) == 3:
        return [masked[:2]]
    return [masked[:1], (masked[0], 1)] if len(masked) < 3 else [(masked[0], 1, *masked[2:])]


def read_mask(file: ArrayFile) -> "ndarray":
    """0 and 1. Raises: DataError for anything else, or zeros alone."""
    mask = _read(file)
    return _checked(file, mask, (mask == 0) | (mask == 1), "0 and 1")


def read_label_mask(file: ArrayFile) -> "ndarray":
    """Numbers from 0. Raises: DataError for anything else, or zeros alone."""
    mask = _read(file)
    return _checked(file, mask, mask >= 0, "numbers from 0")


def _read(file: ArrayFile) -> "ndarray":
    mask = file.read()
    return mask.reshape(len(mask), -1) if mask.ndim == 1 else mask


def _checked(file: ArrayFile, mask: "ndarray", right: "ndarray", what: str) -> "ndarray":
    import numpy as np

    if not right.all():
        at = [int(index) for index in np.argwhere(~right)[0]]
        raise DataError(f"{file}: must hold {what}, got {mask[tuple(at)]} at {at}")
    if not mask.any():
        raise DataError(f"{file}: must have something that counts, got zeros alone")
    return mask
