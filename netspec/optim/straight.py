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
    memory = [_remembered(optimizer, group, remembered(group)) for group in optimizer.param_groups]
    lacks = any(tensor is None for group in (*gradients, *(names for group in memory for names in group)) for tensor in group)
    if lacks or not all(gradients) or not all(group["fused"] for group in optimizer.param_groups):
        return None
    return [[given, *kept] for given, kept in zip(gradients, memory, strict=True)]


def _remembered(optimizer: Optimizer, group: dict[str, Any], names: Sequence[str]) -> list[list[Any]]:
    """Name by name what is remembered of each parameter, None for nothing."""
    states = [optimizer.state[weight] for weight in group["params"]] if names else []
    return [[state.get(name) for state in states] for name in names]


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


def with_velocities(usual: Callable[..., Any]) -> Callable[..., Any]:
    """SGD's usual step; torch's kernel for it takes the velocities of all weights or of none, so those that begin later begin at 0, which moves them alike."""

    def step(self: Optimizer, closure: Callable[[], float] | None = None) -> Any:
        for group in self.param_groups:
            if group["momentum"] and not group["dampening"] and closure is None:
                _begin(self, [weight for weight in group["params"] if weight.grad is not None])
        return usual(self, closure)

    return step


def _begin(optimizer: Optimizer, weights: Tensors) -> None:
    late = [weight for weight in weights if optimizer.state[weight].get("momentum_buffer") is None]
    for weight in late if len(late) < len(weights) else ():
        optimizer.state[weight]["momentum_buffer"] = torch.zeros_like(weight, memory_format=torch.preserve_format)


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
