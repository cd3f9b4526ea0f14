"""DL4J's flat parameter vector ⇄ the arrays of a network."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter

import torch
from torch import Tensor, nn

from netspec.errors import DataError
from netspec.interop.dl4j.layer import LayerTranslator
from netspec.interop.dl4j.pieces import Layout, Piece
from netspec.interop.dl4j.translator import translators
from netspec.network import Network
from netspec.plan import Node, Plan


@dataclass(frozen=True)
class Placed:
    """A piece of the vector at its node."""

    node: Node
    piece: Piece

    def array(self, network: Network) -> Tensor:
        """The parameter or buffer that it is."""
        found: Tensor = attrgetter(self.piece.array)(network.get_submodule(self.node.name))
        return found

    @property
    def moves(self) -> bool:
        """Whether an updater moves it: neither running statistics, nor what is frozen, nor what pre-training only does."""
        return not self.piece.statistic and not self.node.layer.frozen and not self.pretrained

    @property
    def pretrained(self) -> bool:
        """Whether pre-training alone moves it."""
        known = self.node.parameters.get(self.piece.array)
        return known is not None and known.pretrained

    @property
    def is_bias(self) -> bool:
        """Whether the updater of biases moves it."""
        known = self.node.parameters.get(self.piece.array)
        return known is not None and known.role == "bias"


def translator_of(node: Node) -> type[LayerTranslator] | None:
    """The class of DL4J's that a node is there; None where it has none."""
    for family in ("layers", "vertices"):
        for member in translators(family).values():
            if node.layer.type in (member.tag, *member.also) and member.speaks_node(node):
                found: type[LayerTranslator] = member
                return found
    return None


def placed(plan: Plan, layout: Layout, order: Sequence[str] = ()) -> tuple[Placed, ...]:
    """All pieces in the order of the vector; `order` names the nodes where it is not the plan's own."""
    nodes = [plan.node(name) for name in order] if order else plan.nodes
    return tuple(Placed(node, piece) for node in nodes for piece in _pieces(node, layout))


def _pieces(node: Node, layout: Layout) -> Iterator[Piece]:
    translator = translator_of(node)
    if translator is not None:
        yield from translator.pieces(node, layout)


def count(pieces: Sequence[Placed]) -> int:
    """How many numbers the vector has."""
    return sum(one.piece.size for one in pieces)


def check_length(pieces: Sequence[Placed], vector: Tensor) -> None:
    """Refuse a vector of other than the numbers that the layers need, before a network is made for them. Raises: DataError."""
    needed = count(pieces)
    if vector.numel() != needed:
        raise DataError(f"coefficients.bin must hold {needed:,} numbers, what the layers of the configuration need, got {vector.numel():,}")


@torch.no_grad()
def fill(network: Network, pieces: Sequence[Placed], vector: Tensor) -> None:
    """Give the network the vector's numbers, which are as many as it needs."""
    start = 0
    for one in pieces:
        array = one.array(network)
        array.copy_(one.piece.read(vector[start : start + one.piece.size]).to(array.dtype))
        start += one.piece.size


@torch.no_grad()
def flat(network: Network, pieces: Sequence[Placed]) -> Tensor:
    """The network's numbers as one vector."""
    return _joined([one.piece.write(one.array(network)) for one in pieces], network)


@torch.no_grad()
def flat_gradients(network: Network, pieces: Sequence[Placed]) -> Tensor:
    """The gradients as one vector; 0 for running statistics, which have none."""
    return _joined([_gradient(one, network) for one in pieces], network)


def _gradient(one: Placed, network: Network) -> Tensor:
    array = one.array(network)
    if one.piece.statistic or not isinstance(array, nn.Parameter) or array.grad is None:
        return array.new_zeros(one.piece.size)
    return one.piece.write(array.grad)


def _joined(parts: list[Tensor], network: Network) -> Tensor:
    if parts:
        return torch.cat([part.reshape(-1).cpu() for part in parts])
    return torch.zeros(0)
