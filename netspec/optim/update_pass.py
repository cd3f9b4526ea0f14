"""What happens to gradients and weights around an updater's rule, in DL4J's modern order.

    1  g += l2·w, g += l1·sign(w)         before the rule, so that both enter its memory
    2  u = rule(g)
    3  u += decay·(rate or 1)·w           after the rule, with the weights from before the step
    4  w −= u

Plain L2 is left to torch's fused kernels (`weight_decay` of the group); the rest runs as a hook before the step,
where taking the decay off the weights first is the same, since a rule looks at gradients only.
A group's keys: `l1`, `l2` (only beside `decay`), `decay`, `times_rate`.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import torch
from torch import Tensor
from torch.optim import Optimizer

Group = Mapping[str, Any]


def regularize(optimizer: Optimizer) -> None:
    """Let an optimizer apply the regularisation its groups ask for, at every step."""
    if any(key in group for group in optimizer.param_groups for key in ("l1", "l2", "decay")):
        optimizer.register_step_pre_hook(_before_step)


@torch.no_grad()
def _before_step(optimizer: Optimizer, args: Any, kwargs: Any) -> None:
    for group in optimizer.param_groups:
        weights = [weight for weight in group["params"] if weight.grad is not None]
        gradients = [weight.grad for weight in weights]
        if weights and group.get("l2"):
            torch._foreach_add_(gradients, weights, alpha=group["l2"])
        if weights and group.get("l1"):
            torch._foreach_add_(gradients, torch._foreach_sign(weights), alpha=group["l1"])
        if weights and group.get("decay"):
            rate = group.get("lr", 1.0) if group["times_rate"] else 1.0
            torch._foreach_mul_(weights, 1 - group["decay"] * rate)


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
