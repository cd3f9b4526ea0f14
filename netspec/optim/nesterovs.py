"""Nesterov momentum under a rate or a momentum that changes."""

from collections.abc import Iterable
from typing import Any

import torch
from torch import Tensor

from netspec.optim.foreach import ForeachRule


class Nesterovs(ForeachRule):
    """v ← momentum·v − lr·g, then w ← w + momentum·v − lr·g. Source: Sutskever et al., ICML 2013; DL4J's NesterovsUpdater.

    The velocity holds the rate that was in force when each gradient came in; torch's SGD multiplies the whole
    velocity by the present rate, which is the same only while the rate stays.
    """

    def __init__(self, groups: Iterable[dict[str, Any]]) -> None:
        super().__init__(groups, {"weight_decay": 0.0})

    def update(self, group: dict[str, Any], weights: list[Tensor], gradients: list[Tensor]) -> None:
        """Move the weights, in place."""
        velocities = self.memory("velocity", weights)
        torch._foreach_mul_(velocities, group["momentum"])
        torch._foreach_add_(velocities, gradients, alpha=-group["lr"])
        torch._foreach_add_(weights, velocities, alpha=group["momentum"])
        torch._foreach_add_(weights, gradients, alpha=-group["lr"])
