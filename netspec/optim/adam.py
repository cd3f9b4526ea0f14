"""Adam with DL4J's epsilon."""

from collections.abc import Iterable
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import hardshrink
from torch.optim import Optimizer

from netspec.optim import eager


class Adam(eager.Adam):
    """u = lr·√(1−β₂ᵗ)/(1−β₁ᵗ) · m/(√v + epsilon). Source: Kingma & Ba, ICLR 2015, end of section 2; DL4J's AdamUpdater.

    With `amsgrad` the largest v so far takes the place of v: DL4J's AMSGradUpdater.

    torch adds its epsilon to √v/√(1−β₂ᵗ), so its kernel computes the same with epsilon/√(1−β₂ᵗ) at step t, set by a hook
    (an overridden `step` that calls torch's would run every other hook twice). There t counts the updates of the group, and
    everywhere else those of the parameter: fewer, if it was frozen by hand for a while.

    A mean gradient that gets no further ones shrinks until it is below the smallest normal number, and stays there: it moves
    nothing, and makes processors slow. On a CPU such means become 0 now and then.
    """

    def __init__(self, groups: Iterable[dict[str, Any]], *, betas: tuple[float, float], epsilon: float, amsgrad: bool = False) -> None:
        self.start = {"epsilon": epsilon, "updates": 0}
        super().__init__(groups, betas=betas, eps=epsilon, amsgrad=amsgrad, fused=True)
        self.register_step_pre_hook(_count_update)

    def add_param_group(self, param_group: dict[str, Any]) -> None:
        """Count each group's updates as a plain number, which the checkpoint carries and no device has to be asked for."""
        param_group.update(self.start)
        super().add_param_group(param_group)


FORGETS_EVERY = 256
"""Updates from one look for such means to the next."""


def _count_update(optimizer: Optimizer, *_: Any) -> None:
    for group in optimizer.param_groups:
        group["updates"] += 1
        group["eps"] = group["epsilon"] / (1 - group["betas"][1] ** group["updates"]) ** 0.5
        if group["updates"] % FORGETS_EVERY == 0:
            _forget_subnormal(optimizer, group["params"])


@torch.no_grad()
def _forget_subnormal(optimizer: Optimizer, weights: Iterable[Tensor]) -> None:
    for mean in (optimizer.state.get(weight, {}).get("exp_avg") for weight in weights):
        if mean is not None and mean.is_cpu:
            mean.copy_(hardshrink(mean, torch.finfo(mean.dtype).tiny))
