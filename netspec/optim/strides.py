"""One guard for torch's fused optimizers, which walk parameter, gradient and state in memory order.

On CPU they are silently wrong where the strides differ: a gradient that was replaced by hand, a channels-last
parameter whose state comes from a checkpoint. (What autograd itself accumulates has the parameter's strides.)
"""

from typing import Any, TypeVar

from torch import Tensor, empty_like
from torch.optim import Optimizer

AnyOptimizer = TypeVar("AnyOptimizer", bound=Optimizer)


def guarded(optimizer: AnyOptimizer) -> AnyOptimizer:
    """The optimizer, from now on laying out gradients before each step, and loaded state, as their parameters are."""
    optimizer.register_step_pre_hook(_align_gradients)
    optimizer.register_load_state_dict_post_hook(_align_state)
    return optimizer


def _align_gradients(optimizer: Optimizer, *_: Any) -> None:
    for group in optimizer.param_groups:
        for parameter in group["params"]:
            gradient = parameter.grad
            if gradient is not None and gradient.stride() != parameter.stride():
                parameter.grad = _like(gradient, parameter)


def _align_state(optimizer: Optimizer) -> None:
    for parameter, state in optimizer.state.items():
        for name, value in state.items():
            if isinstance(value, Tensor) and value.shape == parameter.shape:
                state[name] = _like(value, parameter)


def _like(value: Tensor, parameter: Tensor) -> Tensor:
    return empty_like(parameter, dtype=value.dtype, device=value.device, requires_grad=False).copy_(value)
