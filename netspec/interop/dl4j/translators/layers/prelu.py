"""PReLULayer: slopes W 'f' in the shape of an example, 1 along shared axes; a sequence is features × steps there, and so lies as it does here."""

from typing import Any, ClassVar

from netspec.interop.dl4j.layer import LayerTranslator
from netspec.interop.dl4j.pieces import Layout, Piece
from netspec.interop.dl4j.said import Said
from netspec.interop.dl4j.translator import Reading
from netspec.layers.prelu import PRelu
from netspec.plan import Node


class PReluTranslator(LayerTranslator):
    """Its slopes start at 0 whatever the initial weights of the network; it has the field of an activation, without a meaning."""

    java = "org.deeplearning4j.nn.conf.layers.PReLULayer"
    old = ("PReLULayer",)
    tag = "prelu"
    silent: ClassVar = {"nin": 0, "nout": 0, "activationFn": {"@class": "org.nd4j.linalg.activations.impl.ActivationIdentity"}}

    @classmethod
    def read(cls, said: Said, reading: Reading) -> Any:
        """Without initial weights, which it does not look at."""
        found = super().read(said, reading)
        return {word: value for word, value in found.items() if word not in ("weight_init", "bias_init")}

    @classmethod
    def own(cls, said: Said, reading: Reading) -> dict[str, Any]:
        """Axes count from 1 in both."""
        axes, rank = said.raw("sharedAxes"), len(said.sizes("inputShape", (0,)))
        return {"shared_axes": sorted(_turned(said.sizes("sharedAxes"), rank))} if axes else {}

    @classmethod
    def foreign(cls, node: Node, layout: Layout) -> dict[str, Any]:
        """The shape of the slopes."""
        layer, rank = node.layer, len(node.output.dims)
        shared = layer.shared_axes if isinstance(layer, PRelu) else None
        return {"inputShape": list(_laid(node)), "sharedAxes": sorted(_turned(shared, rank)) if shared else None}

    @classmethod
    def pieces(cls, node: Node, layout: Layout) -> tuple[Piece, ...]:
        """W."""
        slopes = node.parameters["weight"].shape
        if len(slopes) < 3:
            return (Piece("W", "weight", slopes),)
        return (Piece("W", "weight", slopes[::-1], tuple(reversed(range(len(slopes))))),)


def _laid(node: Node) -> tuple[int, ...]:
    slopes = node.parameters["weight"].shape
    return slopes[::-1] if len(slopes) == 2 else slopes


def _turned(axes: tuple[int, ...], rank: int) -> tuple[int, ...]:
    """Axes of a sequence, 1 and 2, the other way round."""
    return tuple(3 - axis for axis in axes) if rank == 2 else axes
