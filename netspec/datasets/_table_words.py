"""Types of fields that say how a table is written."""

from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator

from netspec.component import refuse


def column(value: Any, at: tuple[str, ...] = ()) -> Any:
    """A name or an index. Raises: ValidationError at a field below."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise refuse("must be a column's name or its index from 0", at=at, got=value)
    return value


def _separator(text: str) -> str:
    if len(text) != 1 or text in '"\r\n':
        raise refuse("must be one character", got=text, help='a tab is written "\\t", in double quotes')
    return text


Column = Annotated[int | str, BeforeValidator(column)]
"""A column's name, or its index from 0; -1 is the last."""

Separator = Annotated[str, AfterValidator(_separator)]
"""The character between two cells."""
