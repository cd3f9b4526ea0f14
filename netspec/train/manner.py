"""How batches come: what only training does."""

from typing import NamedTuple

from netspec.generators import Chance
from netspec.plan import Plan
from netspec.train.augmenting import Augmenting, augmenting_of
from netspec.train.batches import Order


class Manner(NamedTuple):
    """As they are stored, unless something else is said."""

    order: Order | None = None
    """Of the examples, in each epoch."""

    drop_last: bool = False
    """Whether a small last batch is left out."""

    augmenting: Augmenting | None = None
    """How images are changed."""


def manner_of_training(plan: Plan, chance: Chance) -> Manner:
    """What the spec's `train:` and `data:` say. Raises: UsageError when torchvision is needed and cannot be had."""
    shuffle, drop_last = (plan.train.shuffle, plan.train.drop_last) if plan.train else (True, False)
    return Manner(chance.order if shuffle else None, drop_last, augmenting_of(plan))
