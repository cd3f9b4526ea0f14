"""Nesterov momentum under a rate or a momentum that changes."""

from collections.abc import Callable, Iterable
from typing import Any

import torch

from netspec.optim.eager import Eager


class Nesterovs(Eager):
    """v ← momentum·v − lr·g, then w ← w + momentum·v − lr·g. Source: Sutskever et al., ICML 2013; DL4J's NesterovsUpdater.

    The velocity holds the rate that was in force when each gradient came in; torch's SGD multiplies the whole
    velocity by the present rate, which is the same only while the rate stays.
    """

    def __init__(self, groups: Iterable[dict[str, Any]]) -> None:
        super().__init__(groups, {"weight_decay": 0.0})

    @torch.no_grad()
    def step(self, closure: Callable[[], float] | None = None) -> float | None:  # type: ignore[override]  # torch overloads it
        """One update of every parameter that has a gradient."""
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        for group in self.param_groups:
            self._update(group)
        return loss

    def _update(self, group: dict[str, Any]) -> None:
        weights = [weight for weight in group["params"] if weight.grad is not None]
        if not weights:
            return
        gradients, velocities = [weight.grad for weight in weights], [self._velocity(weight) for weight in weights]
        if group["weight_decay"]:
            gradients = list(torch._foreach_add(gradients, weights, alpha=group["weight_decay"]))
        torch._foreach_mul_(velocities, group["momentum"])
        torch._foreach_add_(velocities, gradients, alpha=-group["lr"])
        torch._foreach_add_(weights, velocities, alpha=group["momentum"])
        torch._foreach_add_(weights, gradients, alpha=-group["lr"])

    def _velocity(self, weight: torch.Tensor) -> torch.Tensor:
        state = self.state[weight]
        if not state:
            state["velocity"] = torch.zeros_like(weight, memory_format=torch.preserve_format)
        velocity: torch.Tensor = state["velocity"]
        return velocity
