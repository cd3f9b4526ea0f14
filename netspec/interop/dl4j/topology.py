"""The order of a graph's vertices in the parameter vector, as DL4J computes it where a file does not say it.

Kahn's algorithm over indices, inputs first, with a first-in-first-out queue; the successors of a vertex are visited as a
java.util.HashSet of integers lists them, that is by their index modulo the size of its table.
"""

from collections import deque
from collections.abc import Mapping

from netspec.errors import DataError

_SMALLEST_TABLE, _LOAD = 16, 0.75


def topological_order(inputs: tuple[str, ...], wiring: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Vertices in DL4J's order. Raises: DataError where they go round in a circle.

    >>> topological_order(("in",), {"a": ("in",), "c": ("b", "a"), "b": ("in",)})
    ('a', 'b', 'c')
    """
    names = (*inputs, *wiring)
    index = {name: number for number, name in enumerate(names)}
    successors: dict[int, set[int]] = {number: set() for number in index.values()}
    waiting = {index[name]: {index[before] for before in set(befores)} for name, befores in wiring.items()}
    for number, befores in waiting.items():
        for before in befores:
            successors[before].add(number)
    queue = deque(number for number in index.values() if not waiting.get(number))
    found: list[int] = []
    while queue:
        first = queue.popleft()
        found.append(first)
        for number in _as_hash_set(successors[first]):
            waiting[number].discard(first)
            if not waiting[number]:
                queue.append(number)
    if len(found) < len(names):
        raise DataError("the vertices of the graph must not go round in a circle")
    return tuple(names[number] for number in found if names[number] in wiring)


def _as_hash_set(numbers: set[int]) -> list[int]:
    """The order in which Java's HashSet lists these integers."""
    table = _SMALLEST_TABLE
    while len(numbers) > table * _LOAD:
        table *= 2
    return sorted(numbers, key=lambda number: (number % table, number))
