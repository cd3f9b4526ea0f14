"""Stop a training wherever it can be stopped, go on from the checkpoint on disk, and compare what comes of it."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch

from netspec import build
from netspec.train.checkpoint import newest
from netspec.train.saving import write_checkpoint
from netspec.train.state import capture


class _StopError(Exception):
    """The training is stopped here."""


@dataclass
class Stopper:
    """A keeper that writes a checkpoint at its `at`-th opportunity, and stops there."""

    folder: Path
    at: int
    seen: int = 0
    places: list[str] = field(default_factory=list)

    def after_batch(self, trainer, progress):
        self._look(trainer, progress)

    def after_epoch(self, trainer, progress):
        self._look(trainer, progress)

    def _look(self, trainer, progress):
        self.places.append(trainer.place)
        if self.seen == self.at:
            write_checkpoint(self.folder, capture(trainer, progress, {}), keep=2)
            raise _StopError
        self.seen += 1


def outcome(model) -> tuple[list[dict[str, Any]], dict[str, torch.Tensor], Any]:
    """What a training leaves, but for how long it took."""
    records = [record.as_dict() | {"seconds": 0} for record in model.history.records]
    return records, {name: value.clone() for name, value in model.module.state_dict().items()}, (model.history.best, model.history.ended)


def train(model, data, keeper=None):
    done = len(model.history.epochs)
    model.fit(*data[:2], validation=data[2:] or None, epochs=model.plan.train.epochs - done, **({"keeper": keeper} if keeper else {}))


def assert_same_wherever_it_is_stopped(spec, data, folder, every=1):
    """Data: features, labels, and those of validation, or none of these."""
    whole = build(spec)
    watching = Stopper(folder / "none", -1)
    train(whole, data, watching)
    expected = outcome(whole)
    assert watching.seen > every
    for at in range(0, watching.seen, every):
        place = folder / str(at)
        _stop(spec, data, Stopper(place, at))
        again = build(spec)
        again.restore(newest(place)[0])
        train(again, data)
        found = outcome(again)
        assert found[0] == expected[0], f"history, stopped at {at}: {watching.places[at]}"
        assert found[2] == expected[2], f"end, stopped at {at}"
        assert all(torch.equal(value, expected[1][name]) for name, value in found[1].items()), f"weights, stopped at {at}: {watching.places[at]}"


def _stop(spec, data, keeper):
    try:
        train(build(spec), data, keeper)
    except _StopError:
        return
    raise AssertionError("it was not stopped")
