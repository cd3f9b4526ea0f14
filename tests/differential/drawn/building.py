"""Random networks are put together from pieces: lists of layers, in which `input` counts.

What is drawn is a function of a generator, and each choice of one is as likely as the others.
"""

from collections.abc import Callable, Mapping
from random import Random
from typing import Any

BEFORE, NETWORK = -1, -2
"""What a piece takes; the network's own input. 0 is the piece's first layer, 1 its second."""

Words = dict[str, Any]
Drawing = Callable[[Random], Any]
Piece = Callable[[Random], list[Words]]


def of(value: Any) -> Drawing:
    """A value itself, or what draws one."""
    return value if callable(value) else lambda _: value


def one_of(*values: Any) -> Drawing:
    """One of several values, or of what draws them."""
    return lambda random: of(random.choice(values))(random)


def between(least: int, most: int) -> Drawing:
    return lambda random: random.randint(least, most)


def coin(random: Random) -> bool:
    return random.random() < 0.5


def words(sure: Mapping[str, Any], may: Mapping[str, Any] | None = None) -> Drawing:
    """A mapping with words that are there, and others that may be."""

    def draw(random: Random) -> Words:
        found = {**sure, **{word: value for word, value in (may or {}).items() if coin(random)}}
        return {word: of(value)(random) for word, value in found.items()}

    return draw


def said(tag: str, may: Mapping[str, Any] | None = None, **sure: Any) -> Drawing:
    """A component."""
    return words({"type": tag, **sure}, may)


def any_of(*tags: str) -> Drawing:
    """One of several components that are their tags."""
    return one_of(*({"type": tag} for tag in tags))


def both(first: Drawing, second: Drawing) -> Drawing:
    """The words of both."""
    return lambda random: first(random) | second(random)


def chain(*layers: Drawing) -> Piece:
    """A piece: layers one after another."""
    return lambda random: [layer(random) for layer in layers]


def at(inputs: list[int], layer: Drawing) -> Drawing:
    """A layer that takes these."""
    return both(layer, of({"input": inputs}))


def each(axes: int, drawing: Drawing) -> Drawing:
    return lambda random: [drawing(random) for _ in range(axes)]


def put_together(pieces: list[list[Words]]) -> list[Words]:
    """The layers of a network, by names."""
    found, before = list[Words](), "input"
    for piece in pieces:
        names = [f"l{len(found) + index}" for index in range(len(piece))]
        known = {BEFORE: before, NETWORK: "input"} | dict(enumerate(names))
        found += [layer | {"name": name} | _inputs(layer, known) for layer, name in zip(piece, names, strict=True)]
        before = names[-1]
    return found


def _inputs(layer: Words, known: Mapping[int, str]) -> Words:
    inputs = [known[index] for index in layer.get("input", ())]
    return {"input": inputs[0] if len(inputs) == 1 else inputs} if inputs else {}
