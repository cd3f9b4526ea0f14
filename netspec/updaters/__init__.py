"""Updaters: how a gradient becomes a step of the weights."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar

from netspec.component import Component, unset
from netspec.fields import Role
from netspec.schedules import Rate

if TYPE_CHECKING:
    from torch.optim import Optimizer


class Updater(Component):
    """A rule that turns gradients into steps; DL4J's updaters, by its rules."""

    family: ClassVar[str] = "updaters"
    noun: ClassVar[str] = "updater"

    scheduled: ClassVar[dict[str, str]] = {}
    """Fields that may be schedules, and the key each has in a parameter group of the optimizer."""

    must_say: ClassVar[tuple[str, ...]] = ()
    """Fields without a usual value: the spec has to say them."""

    adds_l2: ClassVar[bool] = True
    """False when its optimizer gives a group's `weight_decay` another meaning than L2, which is then added before it."""

    matrices_only: ClassVar[bool] = False
    """True when it can move matrices only: no biases, no convolutions."""

    def build(self, groups: "Iterable[dict[str, Any]]") -> "Optimizer":
        """One optimizer over parameter groups.

        Each group already holds `params`, the starting values of the scheduled fields under their keys, and
        `weight_decay`, the coefficient of L2, which is added to the gradient before the rule.
        """
        raise NotImplementedError


def mover(role: Role, updater: Updater | None, bias_updater: Updater | None) -> Updater | None:
    """What moves a parameter of this role: biases have an updater of their own where one is said, gains too where the other moves matrices only."""
    apart = role == "bias" or (role == "gain" and updater is not None and updater.matrices_only)
    return bias_updater if apart and bias_updater is not None else updater


class RatedUpdater(Updater):
    """An updater with a learning rate, which is nearly every one."""

    scheduled: ClassVar[dict[str, str]] = {"learning_rate": "lr"}

    learning_rate: Rate = unset()
    """Step size: a number above 0, or a schedule."""
