"""What our own rules share: a step over all groups, each as lists for torch's foreach kernels."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from netspec.optim.eager import Eager


class ForeachRule(Eager):
    """Base of optimizers whose rule is `update`, given a group, its weights and their gradients, L2 already added."""

    @torch.no_grad()
    def step(self, closure: Callable[[], float] | None = None) -> float | None:  # type: ignore[override]  # torch overloads it
        """One update of every parameter that has a gradient."""
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        for group in self.param_groups:
            weights = [weight for weight in group["params"] if weight.grad is not None]
            gradients = [weight.grad for weight in weights]
            if weights and group["weight_decay"]:
                gradients = list(torch._foreach_add(gradients, weights, alpha=group["weight_decay"]))
            if weights:
                self.update(group, weights, gradients)
        return loss

    def update(self, group: dict[str, Any], weights: list[Tensor], gradients: list[Tensor]) -> None:
        """Move the weights, in place."""
        raise NotImplementedError

    def memory(self, name: str, weights: list[Tensor]) -> list[Tensor]:
        """What the rule remembers of each weight under this name; zeros at first."""
        for weight in weights:
            if name not in self.state[weight]:
                self.state[weight][name] = torch.zeros_like(weight, memory_format=torch.preserve_format)
        return [self.state[weight][name] for weight in weights]
