"""Torch's fused updaters without what they look up anew at each step: the same kernels with the same numbers.

Torch's own step sorts the tensors by device and number format and asks for a dozen settings first, which takes a small
network longer than the update. Here it is left to the steps that need it: the first, those with a loss scale, and those
in which a parameter has no gradient.
"""

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor
from torch.optim import Optimizer

Tensors = list[Tensor]
_ONE = torch.ones((), dtype=torch.float32)
Kernel = Callable[..., None]
"""Moves weights, given a group, the weights, their gradients, and what is remembered of each, name after name."""


def straight(usual: Callable[..., Any], remembered: Callable[[dict[str, Any]], Sequence[str]], kernel: Kernel) -> Callable[..., Any]:
    """A step that gives each group of parameters to its kernel; where that cannot be, the `usual` one. `remembered` names what a group's states hold."""

    @torch.no_grad()
    def step(self: Optimizer, closure: Callable[[], float] | None = None) -> float | None:
        scaled = hasattr(self, "found_inf")
        if closure or scaled or (gathered := _gathered(self, remembered)) is None:
            return usual(self, closure)  # type: ignore[no-any-return]  # torch does not annotate it
        for group, tensors in zip(self.param_groups, gathered, strict=True):
            kernel(group, group["params"], *tensors)
        return None

    return step


def _gathered(optimizer: Optimizer, remembered: Callable[[dict[str, Any]], Sequence[str]]) -> list[list[Tensors]] | None:
    """Of each group the gradients of its parameters and what is remembered of them; None where something lacks, or a group is not for a fused kernel."""
    gradients = [[weight.grad for weight in group["params"]] for group in optimizer.param_groups]
    if any(gradient is None for group in gradients for gradient in group) or not all(group["fused"] for group in optimizer.param_groups):
        return None
    states = [[optimizer.state[weight] for weight in group["params"]] for group in optimizer.param_groups]
    try:
        memory = [[[state[name] for state in known] for name in remembered(group)] for group, known in zip(optimizer.param_groups, states, strict=True)]
    except KeyError:
        return None
    return [[given, *kept] for given, kept in zip(gradients, memory, strict=True)]


def _count(steps: Tensors) -> None:
    """One more; on a CPU, torch's kernel for lists first makes a tensor of the number, for each."""
    if not steps[0].is_cpu:
        torch._foreach_add_(steps, 1)
        return
    for step in steps:
        step.add_(_ONE)


def adam_memory(group: dict[str, Any]) -> Sequence[str]:
    """What Adam's states hold, as its kernel takes it."""
    return ("exp_avg", "exp_avg_sq", "step", "max_exp_avg_sq") if group["amsgrad"] else ("exp_avg", "exp_avg_sq", "step")


def adam(group: dict[str, Any], weights: Tensors, gradients: Tensors, means: Tensors, squares: Tensors, steps: Tensors, *largest: Tensors) -> None:
    """Adam and, where the group says so, AMSGrad and AdamW."""
    _count(steps)
    (torch._fused_adamw_ if group["decoupled_weight_decay"] else torch._fused_adam_)(
        weights,
        gradients,
        means,
        squares,
        largest[0] if largest else [],
        steps,
        amsgrad=group["amsgrad"],
        lr=group["lr"],
        beta1=group["betas"][0],
        beta2=group["betas"][1],
        weight_decay=group["weight_decay"],
        eps=group["eps"],
        maximize=group["maximize"],
    )


def sgd_memory(group: dict[str, Any]) -> Sequence[str]:
    """What the states of SGD hold."""
    return ("momentum_buffer",) if group["momentum"] else ()


def sgd(group: dict[str, Any], weights: Tensors, gradients: Tensors, *velocities: Tensors) -> None:
    """SGD with or without momentum, Polyak's or Nesterov's."""
    torch._fused_sgd_(
        weights,
        gradients,
        velocities[0] if velocities else [],
        weight_decay=group["weight_decay"],
        momentum=group["momentum"],
        lr=group["lr"],
        dampening=group["dampening"],
        nesterov=group["nesterov"],
        maximize=group["maximize"],
        is_first_step=False,
    )
