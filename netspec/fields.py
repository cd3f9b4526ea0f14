"""Types that fields of several families share: sizes, probabilities, one number per axis."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from netspec.component import refuse

LARGEST = 10**9
"""No size, count or index in a spec is larger."""

Size = Annotated[int, Field(gt=0, le=LARGEST)]
Count = Annotated[int, Field(ge=0, le=LARGEST)]
Seed = Annotated[int, Field(ge=0, le=2**63 - 1)]
Positive = Annotated[float, Field(gt=0)]
NotNegative = Annotated[float, Field(ge=0)]
Fraction = Annotated[float, Field(ge=0, lt=1)]
"""A probability or a share, in [0, 1)."""

Role = Literal["weight", "recurrent", "bias", "gain"]
"""What a parameter is: weights of the input, weights of the state before, an offset, a factor after normalising."""

Share = Annotated[float, Field(ge=0, le=1)]
"""A probability or a share, in [0, 1]."""

Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]


def several(value: Any) -> Any:
    """A list as a tuple, one value as a tuple of one."""
    if isinstance(value, list):
        return tuple(value)
    return (value,) if isinstance(value, int | float | str) else value


def items(value: Any) -> Any:
    """A list as a tuple. Raises: ValidationError for anything else."""
    if not isinstance(value, list | tuple):
        raise refuse("must be a list: begin each item with `- `", got=value)
    return tuple(value)


Sizes = Annotated[tuple[Size, ...], BeforeValidator(several), Field(min_length=1, max_length=3)]
"""A size, or one per axis: `3` or `[3, 5]`."""

Counts = Annotated[tuple[Count, ...], BeforeValidator(several), Field(min_length=1, max_length=3)]
"""A count from 0, or one per axis."""

Names = Annotated[tuple[Name, ...], BeforeValidator(several), Field(min_length=1)]
"""A name, or a list of names."""


def per_axis(values: tuple[int, ...], axes: int) -> tuple[int, ...] | None:
    """One value for each axis; None when neither one nor `axes` values were said."""
    if len(values) == 1:
        return values * axes
    return values if len(values) == axes else None
