"""Models from DL4J's files: a Model like any other, filled with the file's numbers, its training gone on with."""

from collections.abc import Mapping
from dataclasses import replace
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from netspec.errors import DataError
from netspec.interop.dl4j.archive import COEFFICIENTS, UPDATER_STATE
from netspec.interop.dl4j.buffers import read_array
from netspec.interop.dl4j.converting import scale_state
from netspec.interop.dl4j.eras import Era, parse_era
from netspec.interop.dl4j.importing import Import, import_file
from netspec.interop.dl4j.memory import Memory
from netspec.interop.dl4j.normalizers import Normalizer
from netspec.interop.dl4j.parameters import Placed, check_length, count, fill, flat, flat_gradients, placed
from netspec.interop.dl4j.pieces import LOGARITHMS, Layout
from netspec.interop.dl4j.report import Report
from netspec.interop.dl4j.state import Block, blocks, count_updates, dump_state, load_state, size
from netspec.model import Model
from netspec.plan import Plan
from netspec.shapes import Shape, parse_shape
from netspec.train.trainer import Batch, Trainer, examples_in, loss_of

_WIDEST = 8
_MOST_STATES = 3
_HEAD = 4096
Shapes = Shape | str | Mapping[str, Shape | str] | None


class Imported(Model):
    """A Model from a file of DL4J's; `report` says what the import did."""

    report: Report
    memory: Memory
    normalizer: Normalizer | None
    """How the file says that examples are scaled; `predict` takes them scaled, as DL4J's output() does, unless the spec names data."""

    @property
    def trainer(self) -> Trainer | None:
        """What trains it; None for a network that is imported for prediction only."""
        return self._trainer

    def progress_to(self, iteration: int, epoch: int) -> None:
        """Say how far training went, where batches are given one by one: schedules go by it. Raises: UsageError without an updater."""
        trainer = self._training()
        trainer.iteration, trainer.epoch = iteration, epoch


def load(path: str | Path, *, era: Era | str | None = None, input: Shapes = None, skip_unknown: bool = False, convert_training: int | None = None) -> Imported:
    """A Model from a model file or a configuration of DL4J's, of 0.5.0 to 1.0.0-M2.1.

    `input` is the shape of the network's input where the file does not tell it; `era` its release, likewise. `convert_training` is the size of
    the batches for which a file of 1.0.0-beta3 or before is given settings that train the same in the modern order.

    Raises: UsageError when there is no such file; DataError, SpecError when it is not what it must be or holds what netspec does not have.
    """
    known = parse_era(era) if isinstance(era, str) else era
    return model_of(import_file(Path(path), era=known, shapes=parse_shapes(input), skip_unknown=skip_unknown, convert_training=convert_training))


def parse_shapes(said: Shapes) -> dict[str, Shape]:
    """Shapes of inputs by name; one alone is that of `input`. Raises: DataError."""
    if said is None:
        return {}
    named = said if isinstance(said, Mapping) else {"input": said}
    found = {name: parse_shape(shape) if isinstance(shape, str) else shape for name, shape in named.items()}
    if wrong := [name for name, shape in found.items() if shape is None]:
        raise DataError(f"the shape of {wrong[0]} must be sizes like 784 or 1x28x28, got {named[wrong[0]]}")
    return {name: shape for name, shape in found.items() if shape is not None}


def model_of(imported: Import) -> Imported:
    """The Model of an import, with the file's numbers. Raises: DataError, SpecError."""
    plan, order = imported.plan, imported.memory.order
    layout = Layout(imported.report.era, imported.memory.facts)
    pieces = placed(plan, layout, order)
    vectors = _vectors(imported, pieces, plan)
    numbers = vectors.get(COEFFICIENTS, torch.zeros(0))
    if imported.file.is_model:
        check_length(pieces, numbers)
    model = Imported(plan)
    model.report, model.memory, model.normalizer = imported.report, imported.memory, imported.normalizer
    if imported.file.is_model:
        fill(model.module, pieces, numbers)
        model.memory = _with_logarithms(model.memory, pieces, numbers)
        imported.report.note("read", f"{count(pieces):,} parameters", COEFFICIENTS)
    _go_on(model, imported, pieces, vectors.get(UPDATER_STATE))
    return model


def _with_logarithms(memory: Memory, pieces: tuple[Placed, ...], vector: Tensor) -> Memory:
    """The memory with the logarithms of deviations as they were read."""
    facts = {node: dict(known) for node, known in memory.facts.items()}
    starts = accumulate((one.piece.size for one in pieces), initial=0)
    for one, start in zip(pieces, starts, strict=False):
        if one.piece.meaning == "log10_stdev":
            facts.setdefault(one.node.name, {})[LOGARITHMS] = vector[start : start + one.piece.size].tolist()
    return replace(memory, facts=facts)


def _vectors(imported: Import, pieces: tuple[Placed, ...], plan: Plan) -> dict[str, Tensor]:
    """Parameters and updater state, of no more bytes than the configuration implies."""
    most = {COEFFICIENTS: 1, UPDATER_STATE: _MOST_STATES}
    found = {}
    for name, times in most.items():
        content = imported.file.read(name, _HEAD + 2 * times * _WIDEST * max(count(pieces), 1))
        if content is not None:
            found[name] = torch.from_numpy(np.ascontiguousarray(read_array(content).values).reshape(-1))
    return found


def _go_on(model: Imported, imported: Import, pieces: tuple[Placed, ...], state: Tensor | None) -> None:
    """Take over how far training went, and what its updaters keep."""
    trainer, top = model._trainer, imported.network.top
    if trainer is None:
        return
    trainer.iteration, trainer.epoch = top.integer("iterationCount", 0), top.integer("epochCount", 0)
    if "iterationCount" not in top and imported.file.is_model:
        imported.report.mistake("iteration-not-stored")
    count_updates(trainer.optimizer, trainer.iteration)
    if state is not None:
        found = _blocks(imported, pieces, state)
        load_state(model.module, trainer.optimizer, found, state, trainer.iteration, imported.report)
        scale_state(model.module, trainer.optimizer, pieces, imported.scales)
        imported.report.note("read", f"{state.numel():,} numbers of updater state, after {trainer.iteration:,} updates", UPDATER_STATE)


def _blocks(imported: Import, pieces: tuple[Placed, ...], state: Tensor) -> list[Block]:
    """The blocks of the state; its size decides whether frozen layers have slots in it."""
    era, declared = imported.report.era, imported.memory.declared
    plain, slotted = (blocks(pieces, era, declared, frozen_too=frozen_too) for frozen_too in (False, True))
    if size(plain) != state.numel() == size(slotted):
        imported.report.mistake("frozen-slots")
        return slotted
    return plain


def _pieces(model: Model) -> tuple[Placed, ...]:
    memory = getattr(model, "memory", Memory())
    return placed(model.plan, Layout(Era.M2_1, memory.facts), memory.order)


def flat_parameters(model: Model) -> np.ndarray[Any, Any]:
    """All parameters and running statistics in DL4J's order, that of the file's release."""
    return flat(model.module, _pieces(model)).numpy()


def flat_gradient(model: Model, batch: Batch) -> np.ndarray[Any, Any]:
    """The gradient of a batch's loss in DL4J's order, summed over the examples as DL4J has it, without regularisation; training mode."""
    ready = model._batch(batch)
    before = {name: buffer.clone() for name, buffer in model.module.named_buffers()}
    model.module.train()
    model.module.zero_grad(set_to_none=True)
    loss = loss_of(model.module, model._scored(), *ready)
    (loss * examples_in(ready[1])).backward()  # type: ignore[no-untyped-call]
    found = flat_gradients(model.module, _pieces(model)).numpy()
    model.module.zero_grad(set_to_none=True)
    with torch.no_grad():
        for name, buffer in model.module.named_buffers():
            buffer.copy_(before[name])
    return found


def is_trained(model: Model) -> np.ndarray[Any, Any]:
    """For each number of the vector, whether it is trained; running statistics are not."""
    return np.concatenate([np.full(one.piece.size, not one.piece.statistic) for one in _pieces(model)] or [np.zeros(0, bool)])


def updater_state(model: Model, *, era: Era = Era.M2_1) -> np.ndarray[Any, Any]:
    """What the updaters keep, in the order of DL4J's last release or of another. Raises: UsageError without an updater."""
    return dump_state(model.module, model.optimizer, blocks(_pieces(model), era, getattr(model, "memory", Memory()).declared)).numpy()
