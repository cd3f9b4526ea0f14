"""Random sources: whose numbers initial weights, noise and the order of examples are made of."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, ClassVar

from netspec.component import Component
from netspec.errors import Refused
from netspec.layers import Layer, Parameter
from netspec.shapes import Shape

if TYPE_CHECKING:
    from netspec.generators import Chance

USUAL = "netspec"
"""Tag of the source where a spec says nothing."""


class Random(Component):
    """Where random numbers come from: what a seed means."""

    family: ClassVar[str] = "randoms"
    noun: ClassVar[str] = "random source"

    def check(self, seed: int, data_type: str) -> Iterator[Refused]:
        """What of the network's own settings this source cannot serve, named by top-level field."""
        yield from ()

    def check_layer(self, layer: Layer, shapes: tuple[Shape, ...], parameters: Mapping[str, Parameter]) -> Iterator[Refused]:
        """What of a layer this source cannot draw, named by the layer's field."""
        yield from ()

    def arranged(self, order: list[str], inputs: Mapping[str, tuple[str, ...]]) -> list[str]:
        """Layers in the order in which they are computed, and so draw their noise: `order` is one that will do.

        `inputs` says what each takes: the network's own inputs first, which take nothing, then the layers as the spec lists them.
        """
        return order

    def start(self, seed: int) -> "Chance":
        """The streams of one network, at their beginning."""
        raise NotImplementedError
