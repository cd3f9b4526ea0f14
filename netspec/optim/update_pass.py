"""What happens to gradients and weights around an updater's rule, in the order of a DL4J release (see TrainingOrder).

       modern                                    beta3                              legacy
    1  g = mean over the batch                   g = mean over the batch            g = sum over the batch
    2  gradient normalization, layer by layer    the same                           the same
    3  g += l2·w + l1·sign(w)
    4  u = rule(g)                               u = rule(g)                        u = rule(g)
    5  u += decay·(rate or 1)·w                  u += l2·w + l1·sign(w)             u += l2·w + l1·sign(w)
    6                                                                               u /= examples of the batch
    7  w −= u                                    w −= u                             w −= u
    8  constraints                               the same                           the same

Line 1 is the trainer's, which weighs the loss. Each other line is a hook around the optimizer's step, and only there
where a group asks for it. Plain L2 is left to torch's fused kernels in the modern order (`weight_decay` of the group).
What line 5 adds is taken off the weights before the rule, which is the same, since a rule looks at gradients only.
A group's keys: `l1`, `l2`, `decay`, `times_rate`, and `examples` of this batch where the order needs them.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor
from torch.optim import Optimizer

from netspec.training_order import TrainingOrder

Group = Mapping[str, Any]
Normalize = Callable[[Sequence[Sequence[Tensor]]], None]
Constrain = Callable[[Tensor], None]


def announce(optimizer: Optimizer, order: TrainingOrder, examples: int) -> None:
    """Tell an optimizer how many examples the next step is for, where line 6 needs to know."""
    if order.divides:
        for group in optimizer.param_groups:
            group["examples"] = examples


def normalize(optimizer: Optimizer, layers: Sequence[tuple[Normalize, Sequence[Sequence[Tensor]]]]) -> None:
    """Line 2: let an optimizer normalise the gradients of layers, each a list of parameters."""

    def before_step(*_: Any) -> None:
        for change, parameters in layers:
            gradients = [[parameter.grad for parameter in layer if parameter.grad is not None] for layer in parameters]
            change([layer for layer in gradients if layer])

    if layers:
        optimizer.register_step_pre_hook(torch.no_grad()(before_step))


def regularize(optimizer: Optimizer, order: TrainingOrder) -> None:
    """Lines 3, 5 and 6: let an optimizer apply the regularisation its groups ask for."""
    wanted = any(key in group for group in optimizer.param_groups for key in ("l1", "l2", "decay"))
    if wanted and order.regularizes_first:
        optimizer.register_step_pre_hook(_add_to_gradients)
    elif wanted:
        optimizer.register_step_pre_hook(_divided_shrink if order.divides else _shrink)
    if order.divides:
        division = _Division()
        optimizer.register_step_pre_hook(division.remember)
        optimizer.register_step_post_hook(division.divide)


def constrain(optimizer: Optimizer, constraints: Sequence[tuple[Constrain, Tensor]]) -> None:
    """Line 8: let an optimizer constrain parameters, in this order."""

    def after_step(*_: Any) -> None:
        for change, parameter in constraints:
            change(parameter)

    if constraints:
        optimizer.register_step_post_hook(torch.no_grad()(after_step))


def _moving(group: Group) -> tuple[list[Tensor], list[Tensor]]:
    """Parameters of a group that have a gradient, and their gradients."""
    weights = [weight for weight in group["params"] if weight.grad is not None]
    return weights, [weight.grad for weight in weights if weight.grad is not None]


@torch.no_grad()
def _add_to_gradients(optimizer: Optimizer, args: Any, kwargs: Any) -> None:
    for group in optimizer.param_groups:
        weights, gradients = _moving(group)
        if weights and group.get("l2"):
            torch._foreach_add_(gradients, weights, alpha=group["l2"])
        if weights and group.get("l1"):
            torch._foreach_add_(gradients, torch._foreach_sign(weights), alpha=group["l1"])
        if weights and group.get("decay"):
            rate = group.get("lr", 1.0) if group["times_rate"] else 1.0
            torch._foreach_mul_(weights, 1 - group["decay"] * rate)


@torch.no_grad()
def _shrink(optimizer: Optimizer, args: Any, kwargs: Any) -> None:
    for group in optimizer.param_groups:
        _take_off(group, 1)


@torch.no_grad()
def _divided_shrink(optimizer: Optimizer, args: Any, kwargs: Any) -> None:
    for group in optimizer.param_groups:
        _take_off(group, group.get("examples", 1))


def _take_off(group: Group, examples: int) -> None:
    """w −= (l2·w + l1·sign(w)) / examples."""
    weights, _ = _moving(group)
    signs = torch._foreach_sign(weights) if weights and group.get("l1") else ()
    if weights and group.get("l2"):
        torch._foreach_mul_(weights, 1 - group["l2"] / examples)
    if signs:
        torch._foreach_add_(weights, signs, alpha=-group["l1"] / examples)


class _Division:
    """Divides what one optimizer adds to the weights by the examples of the batch."""

    def __init__(self) -> None:
        self.before: list[tuple[list[Tensor], list[Tensor], int]] = []

    @torch.no_grad()
    def remember(self, optimizer: Optimizer, args: Any, kwargs: Any) -> None:
        """Copy the weights before the rule."""
        moving = [(_moving(group)[0], group.get("examples", 1)) for group in optimizer.param_groups]
        self.before = [(weights, list(torch._foreach_mul(weights, 1.0)), examples) for weights, examples in moving if weights]

    @torch.no_grad()
    def divide(self, optimizer: Optimizer, args: Any, kwargs: Any) -> None:
        """Go back all of the way but the part for one example."""
        for weights, before, examples in self.before:
            torch._foreach_lerp_(weights, before, 1 - 1 / examples)
        self.before = []


@torch.no_grad()
def penalty(groups: Iterable[Group]) -> Tensor:
    """What regularisation adds to the score: Σ l1·|w| + ½·(l2 + decay)·w²; a scalar on the weights' device."""
    total = torch.zeros((), dtype=torch.float64)
    for group in groups:
        square = group.get("weight_decay", 0.0) + group.get("l2", 0.0) + group.get("decay", 0.0)
        for weight in group["params"]:
            if square:
                total = total + 0.5 * square * weight.double().square().sum()
            if group.get("l1"):
                total = total + group["l1"] * weight.double().abs().sum()
    return total
