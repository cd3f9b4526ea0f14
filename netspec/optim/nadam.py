"""Adam with Nesterov momentum, by DL4J's rule."""

from collections.abc import Iterable
from typing import Any

import torch
from torch import Tensor

from netspec.optim.foreach import ForeachRule


class Nadam(ForeachRule):
    """u = lr·(β₁m + (1−β₁)g)/(1−β₁ᵗ)/(√v + epsilon), with m and v of this step and v not corrected for its bias. Source: DL4J's NadamUpdater.

    torch's NAdam corrects v and lets β₁ grow with t.
    """

    def __init__(self, groups: Iterable[dict[str, Any]], *, betas: tuple[float, float], epsilon: float) -> None:
        self.start = {"updates": 0}
        super().__init__(groups, {"weight_decay": 0.0, "betas": betas, "epsilon": epsilon})

    def add_param_group(self, param_group: dict[str, Any]) -> None:
        """Count each group's updates as a plain number, which the checkpoint carries."""
        param_group.update(self.start)
        super().add_param_group(param_group)

    def update(self, group: dict[str, Any], weights: list[Tensor], gradients: list[Tensor]) -> None:
        """Move the weights, in place."""
        group["updates"] += 1
        beta1, beta2 = group["betas"]
        means, squares = self.memory("mean", weights), self.memory("square", weights)
        torch._foreach_lerp_(means, gradients, 1 - beta1)
        torch._foreach_mul_(squares, beta2)
        torch._foreach_addcmul_(squares, gradients, gradients, value=1 - beta2)
        ahead, roots = torch._foreach_lerp(means, gradients, 1 - beta1), torch._foreach_sqrt(squares)
        torch._foreach_add_(roots, group["epsilon"])
        torch._foreach_addcdiv_(weights, ahead, roots, value=-group["lr"] / (1 - beta1 ** group["updates"]))
