"""updaterState.bin ⇄ the memory of torch's optimizers.

From 0.9.1 on, neighbours in the vector with equal updaters form a block, in which the first array of all parameters comes before the
second of all; before, each parameter was a block of its own. Running statistics have no updater and part blocks; what only pre-training moves
is in blocks of its own.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.optim import Optimizer

from netspec.errors import DataError
from netspec.interop.dl4j.eras import Era
from netspec.interop.dl4j.parameters import Placed
from netspec.interop.dl4j.report import Report
from netspec.interop.dl4j.translator import translators
from netspec.interop.dl4j.translators.updaters import Nesterovs, UpdaterTranslator
from netspec.network import Network
from netspec.updaters import Updater

_FIRST_WITH_BLOCKS = Era.V0_9_1


@dataclass(frozen=True)
class Block:
    """Neighbours in the vector that one updater moves."""

    updater: Updater | None
    translator: type[UpdaterTranslator] | None
    pieces: tuple[Placed, ...]

    @property
    def size(self) -> int:
        """How many numbers of state it has."""
        states = len(self.translator.states) if self.translator else 0
        return states * sum(one.piece.size for one in self.pieces)


def blocks(pieces: Sequence[Placed], era: Era = Era.M2_1, declared: Sequence[str] = (), *, frozen_too: bool = False) -> list[Block]:
    """The blocks of the state, in order: that of the vector, or before 0.9.1 that in which the file names the layers (`declared`)."""
    if era < _FIRST_WITH_BLOCKS and declared:
        pieces = sorted(pieces, key=lambda one: declared.index(one.node.name))
    found: list[tuple[tuple[Updater | None, bool], list[Placed]]] = []
    for one in pieces:
        kind = _updater(one) if frozen_too or not one.node.layer.frozen else None, one.pretrained
        if found and era >= _FIRST_WITH_BLOCKS and found[-1][0] == kind:
            found[-1][1].append(one)
        else:
            found.append((kind, [one]))
    return [Block(updater, _translator(updater), tuple(members)) for (updater, _), members in found]


def _updater(one: Placed) -> Updater | None:
    layer = one.node.layer.weighted
    if one.piece.statistic or layer is None:
        return None
    return (layer.bias_updater or layer.updater) if one.is_bias else layer.updater


def _translator(updater: Updater | None) -> type[UpdaterTranslator] | None:
    members = translators("updaters").values()
    return next((member for member in members if updater is not None and member.tag == updater.type and member.speaks(updater)), None)


def load_state(network: Network, optimizer: Optimizer, found: Sequence[Block], vector: Tensor, iteration: int, report: Report) -> None:
    """Give the optimizer its memory back. Raises: DataError when the vector does not have as many numbers as the updaters need."""
    needed = size(found)
    if vector.numel() != needed:
        raise DataError(f"updaterState.bin must hold {needed:,} numbers, what the updaters of the configuration need, got {vector.numel():,}")
    start = 0
    for block in found:
        numbers = vector[start : start + block.size]
        start += block.size
        if block.translator is Nesterovs and report.era < _FIRST_WITH_BLOCKS:
            report.mistake("nesterovs-state-is-the-first-update")
        elif block.translator is not None and block.size:
            _load_block(network, optimizer, block, block.translator, numbers, iteration)


def size(found: Sequence[Block]) -> int:
    """How many numbers a state of these blocks has."""
    return sum(block.size for block in found)


def _load_block(network: Network, optimizer: Optimizer, block: Block, translator: type[UpdaterTranslator], numbers: Tensor, iteration: int) -> None:
    rows = numbers.reshape(len(translator.states), -1)
    start = 0
    for one in block.pieces:
        parts = [row[start : start + one.piece.size] for row in rows]
        start += one.piece.size
        if one.moves:
            parameter = one.array(network)
            owner, group = group_of(optimizer, parameter)
            translator.load(group, owner.state[parameter], [_like(one.piece.read(part), parameter) for part in parts], iteration)


def _like(values: Tensor, parameter: Tensor) -> Tensor:
    return torch.empty_like(parameter, requires_grad=False).copy_(values)


def count_updates(optimizer: Optimizer, iteration: int) -> None:
    """Let rules that count their own updates go on from here."""
    for group in optimizer.param_groups:
        if "updates" in group:
            group["updates"] = iteration


@torch.no_grad()
def dump_state(network: Network, optimizer: Optimizer, found: Sequence[Block]) -> Tensor:
    """The optimizer's memory as one vector."""
    parts = [part for block in found if block.translator and block.size for part in _dump_block(network, optimizer, block, block.translator)]
    return torch.cat([part.reshape(-1).cpu() for part in parts]) if parts else torch.zeros(0)


def _dump_block(network: Network, optimizer: Optimizer, block: Block, translator: type[UpdaterTranslator]) -> Iterator[Tensor]:
    arrays = []
    for one in block.pieces:
        parameter = one.array(network)
        arrays.append([one.piece.write(array) for array in _kept(optimizer, block, translator, one, parameter)])
    for number in range(len(translator.states)):
        yield from (kept[number] for kept in arrays)


def _kept(optimizer: Optimizer, block: Block, translator: type[UpdaterTranslator], one: Placed, parameter: Tensor) -> list[Tensor]:
    """What is kept of a parameter; where no optimizer moves it, as it starts."""
    if not one.moves:
        return [torch.full_like(parameter, translator.first(block.updater)) for _ in translator.states]
    owner, group = group_of(optimizer, parameter)
    return translator.dump(group, owner.state.get(parameter, {}), parameter)


def group_of(optimizer: Optimizer, parameter: Tensor) -> tuple[Optimizer, dict[str, object]]:
    """The optimizer that moves a parameter, and its group there."""
    for one in getattr(optimizer, "optimizers", (optimizer,)):
        for group in one.param_groups:
            if any(parameter is member for member in group["params"]):
                return one, group
    raise LookupError("no optimizer moves this parameter")
