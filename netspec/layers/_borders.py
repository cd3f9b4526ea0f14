"""Cells at the ends of each axis, as `zero_padding` adds them and `cropping` takes them away."""

from typing import Annotated

from pydantic import BeforeValidator, Field

from netspec.errors import Refused
from netspec.fields import Count, several
from netspec.shapes import Grid
from netspec.words import listed

Ends = Annotated[tuple[Count, ...], BeforeValidator(several), Field(min_length=1, max_length=6)]
"""A count for all ends, one for both ends of each axis, or two for each axis: before and after."""


def ends(field: str, values: tuple[int, ...], grid: Grid) -> tuple[tuple[int, int], ...]:
    """Cells before and after each axis. Raises: Refused for another count."""
    axes = len(grid.axes)
    if len(values) == 2 * axes:
        return tuple((values[2 * axis], values[2 * axis + 1]) for axis in range(axes))
    if len(values) not in (1, axes):
        each = "or " if axes == 1 else f"one for each of {listed(grid.axes, 'and')}, or "
        raise Refused(field, f"must be one number, {each}two for each axis, before and after", got=list(values))
    return tuple((value, value) for value in (values * axes if len(values) == 1 else values))
