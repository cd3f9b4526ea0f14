"""Updaters: how a gradient becomes a step of the weights."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar

from netspec.component import Component, unset
from netspec.schedules import Rate

if TYPE_CHECKING:
    from torch.optim import Optimizer


class Updater(Component):
    """A rule that turns gradients into steps; DL4J's updaters, by its rules."""

    family: ClassVar[str] = "updaters"
    noun: ClassVar[str] = "updater"

    scheduled: ClassVar[dict[str, str]] = {"learning_rate": "lr"}
    """Fields that may be schedules, and the key each has in a parameter group of the optimizer."""

    must_say: ClassVar[tuple[str, ...]] = ()
    """Fields without a usual value: the spec has to say them."""

    learning_rate: Rate = unset()
    """Step size: a number above 0, or a schedule."""

    def build(self, groups: "Iterable[dict[str, Any]]") -> "Optimizer":
        """One optimizer over parameter groups.

        Each group already holds `params`, the starting values of the scheduled fields under their keys, and
        `weight_decay`, the coefficient of L2, which is added to the gradient before the rule.
        """
        raise NotImplementedError
