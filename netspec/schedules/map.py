"""Values listed one by one."""

import sys
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, WithJsonSchema

from netspec.component import refuse
from netspec.fields import LARGEST
from netspec.schedules import Counted

_SCHEMA = {
    "type": "object",
    "propertyNames": {"pattern": "^[0-9]+$"},
    "additionalProperties": {"type": "number", "minimum": 0},
    "required": ["0"],
}


def _counted(value: Any) -> Any:
    """Keys are text in YAML and JSON, so they are checked here, where an error can still name them as written."""
    if not isinstance(value, dict):
        raise refuse("must be a mapping from counts to values", got=value, help="for example {0: 0.1, 1000: 0.01}")
    pairs = {_count(key): _value(key, rate) for key, rate in value.items()}
    if 0 not in pairs:
        raise refuse("must have the value at the start, for 0", help="add `0: …`")
    if len(pairs) < len(value):
        raise refuse("must name each count once")
    return dict(sorted(pairs.items()))


def _count(key: Any) -> int:
    digits = str(key)
    if not (digits.isascii() and digits.isdigit() and len(digits) < 20 and int(digits) <= LARGEST):
        raise refuse("must be a count of iterations or epochs, from 0", at=(key,), got=key)
    return int(digits)


def _value(key: Any, value: Any) -> float:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not (is_number and 0 <= value <= sys.float_info.max):
        raise refuse("must be a number from 0", at=(key,), got=value)
    return float(value)


class Map(Counted):
    """The value of the greatest key that the count has reached. DL4J's MapSchedule."""

    type: Literal["map"] = "map"

    values: Annotated[dict[int, float], BeforeValidator(_counted), WithJsonSchema(_SCHEMA)]
    """A value, from 0, for each count of iterations or epochs at which it begins; 0 must be among them."""

    def __hash__(self) -> int:
        return hash((self.per, *self.values.items()))

    def after(self, count: int) -> float:
        """The value after `count` iterations or epochs."""
        return self.values[max(key for key in self.values if key <= count)]
