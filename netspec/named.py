"""One thing, or several by name: what a network with several inputs or outputs is given is a mapping wherever others are given one array."""

from collections.abc import Callable, Collection, Mapping
from typing import TypeAlias, TypeVar

T = TypeVar("T")
U = TypeVar("U")

Named: TypeAlias = T | Mapping[str, T]


def each(function: Callable[[T], U], values: Named[T]) -> U | dict[str, U]:
    """The function of the one thing, or of each.

    >>> each(abs, -1), each(abs, {"a": -1, "b": 2})
    (1, {'a': 1, 'b': 2})
    """
    return {name: function(value) for name, value in values.items()} if isinstance(values, Mapping) else function(values)


def each_there(function: Callable[[T], U], values: Named[T] | None) -> U | dict[str, U] | None:
    """Likewise where there may be nothing.

    >>> each_there(abs, -1), each_there(abs, None)
    (1, None)
    """
    return None if values is None else each(function, values)


def every(values: Named[T]) -> list[T]:
    """All of them, in order.

    >>> every(3), every({"a": 1, "b": 2})
    ([3], [1, 2])
    """
    return list(values.values()) if isinstance(values, Mapping) else [values]


def called(what: str, name: str, names: Collection[str]) -> str:
    """One of them as the user knows it: by its name where there are several.

    >>> called("features", "left", ["left", "right"]), called("features", "input", ["input"])
    ("features['left']", 'features')
    """
    return what if len(names) == 1 else f"{what}[{name!r}]"
