"""Blocks: layers that hold lists of layers, and are taken apart into them."""

from typing import Annotated, NamedTuple

from pydantic import BeforeValidator, Field

from netspec.fields import items
from netspec.layers import Layer

Layers = Annotated[tuple[Layer, ...], BeforeValidator(items), Field(min_length=1)]
"""A list of layers: each takes the one before unless it says `input`."""


class Chain(NamedTuple):
    """One list of layers at its place in a block."""

    field: str
    """The block's field that lists them."""

    label: str = ""
    """What stands between the block's name and theirs."""

    after: int | None = None
    """Number of the chain of the same block whose result it takes; None: it takes what the block takes."""


class Block(Layer):
    """A layer made of layers: the resolver puts them in its place, under names that begin with the block's.

    Inside, `input` is what the block takes; other words are looked for in the block, then around it.
    """

    layers: Layers
    """The layers inside: each takes the one before unless it says `input`, the first what the block takes."""

    def chains(self) -> tuple[Chain, ...]:
        """The lists it is made of, in the order of computation."""
        raise NotImplementedError

    def joins(self) -> tuple[int | None, ...]:
        """What `infer` and `build` combine: results of chains by number, None for the block's input; nothing where the last result is the block's."""
        return ()
