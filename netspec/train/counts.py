"""Whole numbers that people give from Python."""

from numbers import Integral

from netspec.errors import UsageError
from netspec.words import shown


def check_count(name: str, count: object, least: int) -> None:
    """A whole number from `least` on, or nothing. Raises: UsageError."""
    if count is not None and (not isinstance(count, Integral) or count < least):
        raise UsageError(f"{name} must be a whole number from {least}, got {shown(count)}")
