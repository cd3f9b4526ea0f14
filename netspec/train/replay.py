"""Training a slice of a run again, and comparing what comes of it with what was recorded."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from netspec.train.checkpoint import Checkpoint, Damaged
from netspec.train.history import Epoch

Again = Callable[[Checkpoint | None, int], Sequence[Epoch]]
"""Trains so many epochs from a checkpoint, or from the beginning; their records."""


@dataclass(frozen=True)
class Slice:
    """Recorded epochs that follow a checkpoint, or the beginning."""

    start: Checkpoint | None
    before: tuple[Epoch, ...]
    """What is recorded of the epochs up to the start; the checkpoint must say the same."""

    recorded: tuple[Epoch, ...]
    """From the beginning, those of pre-training before all others."""

    @property
    def epochs(self) -> tuple[Epoch, ...]:
        """Those of the whole network."""
        return tuple(record for record in self.recorded if record.layer is None)

    @property
    def name(self) -> str:
        """Where it starts, in words."""
        return f"from {self.start.name}" if self.start else "from the beginning"


@dataclass(frozen=True)
class Difference:
    """The first recorded epoch that did not come out again, and in what."""

    epoch: int
    fields: tuple[str, ...]
    layer: str | None = None
    """The one that was pre-trained in it."""

    def __str__(self) -> str:
        return f"{self.layer + ' ' if self.layer else ''}epoch {self.epoch}: {', '.join(self.fields)}"


def slices(recorded: Sequence[Epoch], kept: Iterable[Checkpoint | Damaged], epochs: int) -> list[Slice]:
    """The first epochs from the beginning, and those after the oldest good checkpoint that has any after it."""
    pretraining = tuple(record for record in recorded if record.layer is not None)
    recorded = [record for record in recorded if record.layer is None]
    last = max((record.epoch for record in recorded), default=0)
    starts = [one for one in kept if isinstance(one, Checkpoint) and 0 < one.trained < last]
    oldest = min(starts, key=lambda one: one.step, default=None)
    first = Slice(None, (), (*pretraining, *recorded[:epochs]))
    found = [first, *([_slice(recorded, oldest, epochs)] if oldest else [])]
    return [one for one in found if one.recorded]


def _slice(recorded: Sequence[Epoch], start: Checkpoint, epochs: int) -> Slice:
    after = [record for record in recorded if record.epoch > start.trained]
    return Slice(start, tuple(record for record in recorded if record.epoch <= start.trained), tuple(after[:epochs]))


def replay(piece: Slice, again: Again) -> Difference | None:
    """Train a slice again; the first epoch that differs, if one does."""
    kept = [Epoch(**record) for record in piece.start.state["history"]] if piece.start else []
    return _first(piece.before, kept) or _first(piece.recorded, again(piece.start, len(piece.epochs)))


def _first(recorded: Sequence[Epoch], found: Sequence[Epoch]) -> Difference | None:
    again = {(record.layer, record.epoch): record for record in found}
    for record in recorded:
        new = again.get((record.layer, record.epoch))
        fields = differences(record, new) if new else ("training ends before it",)
        if fields:
            return Difference(record.epoch, fields, record.layer)
    return None


def differences(recorded: Epoch, new: Epoch) -> tuple[str, ...]:
    """What differs between two records of an epoch; how long it took is no part of the result.

    >>> one = Epoch(1, 0.5, 0.5, 2.0, 100, 0.1, fingerprint="a")
    >>> differences(one, Epoch(1, 0.5, 0.5, 3.0, 100, 0.1, fingerprint="a"))
    ()
    >>> differences(one, Epoch(1, 0.25, 0.5, 2.0, 100, 0.1, fingerprint="b"))
    ('loss was 0.5, is 0.25', 'fingerprint was a, is b')
    """
    before, now = _figures(recorded), _figures(new)
    names = [name for name in before | now if name != "seconds" and before.get(name) != now.get(name)]
    return tuple(f"{name} was {_short(before.get(name))}, is {_short(now.get(name))}" for name in names)


def _figures(record: Epoch) -> dict[str, object]:
    """Every figure by its name, those of the validation examples too."""
    values = record.as_dict()
    inside = values.pop("validation_figures", {})
    return values | {f"validation {name}": value for name, value in inside.items()}


def _short(value: object) -> object:
    return f"{value[:12]}…" if isinstance(value, str) and len(value) > 12 else value
