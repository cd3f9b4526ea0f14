"""Torch's optimizers without its compiler, which they import when first used: over a second, for nothing in eager mode.

torch wraps these methods to keep `torch.compile` out of them, and leaves what it wrapped within reach. It also writes a
record for profilers at each step, whether one listens or not, which costs a small network a twentieth of its time: here
it is written where one listens.
"""

from collections.abc import Callable
from functools import wraps
from inspect import unwrap
from typing import Any

import torch
from torch import optim
from torch.autograd import _profiler_enabled  # type: ignore[attr-defined]  # torch's stubs lack it
from torch.optim.optimizer import _global_optimizer_post_hooks, _global_optimizer_pre_hooks

from netspec.optim.straight import adam, adam_memory, sgd, sgd_memory, straight, with_velocities


class Eager(optim.Optimizer):
    """An optimizer whose methods are as they were before torch wrapped them."""

    add_param_group = unwrap(optim.Optimizer.add_param_group)
    state_dict = unwrap(optim.Optimizer.state_dict)
    load_state_dict = unwrap(optim.Optimizer.load_state_dict)

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget the gradients, or make them zeros."""
        for group in self.param_groups:
            for parameter in group["params"]:
                if set_to_none:
                    parameter.grad = None
                elif parameter.grad is not None:
                    parameter.grad = torch.zeros_like(parameter.grad)

    @staticmethod
    def profile_hook_step(func: Callable[..., Any]) -> Callable[..., Any]:
        """What torch makes of a rule's step: the step between its hooks."""
        recorded = optim.Optimizer.profile_hook_step(func)

        @wraps(func)
        def step(self: optim.Optimizer, *args: Any, **kwargs: Any) -> Any:
            if args or kwargs or _global_optimizer_pre_hooks or _global_optimizer_post_hooks or _profiler_enabled():
                return recorded(self, *args, **kwargs)
            for hook in self._optimizer_step_pre_hooks.values():
                if hook(self, (), {}) is not None:
                    raise TypeError("a hook before a step must return None: netspec's steps have no arguments that it could change")
            func(self)
            for hook in self._optimizer_step_post_hooks.values():
                hook(self, (), {})
            return None

        return step


def _eager(step: Callable[..., Any]) -> Callable[..., Any]:
    """A rule's step; torch's own wrapper differs by a call of the compiler before and after it."""
    eager: Callable[..., Any] = torch.no_grad()(unwrap(step))
    return eager


class SGD(Eager, optim.SGD):
    """Torch's."""

    step = straight(with_velocities(_eager(optim.SGD.step)), sgd_memory, sgd)


class Adam(Eager, optim.Adam):
    """Torch's."""

    step = straight(_eager(optim.Adam.step), adam_memory, adam)


class Adagrad(Eager, optim.Adagrad):
    """Torch's."""

    step = _eager(optim.Adagrad.step)


class RMSprop(Eager, optim.RMSprop):
    """Torch's."""

    step = _eager(optim.RMSprop.step)


class Adadelta(Eager, optim.Adadelta):
    """Torch's."""

    step = _eager(optim.Adadelta.step)


class Adamax(Eager, optim.Adamax):
    """Torch's."""

    step = _eager(optim.Adamax.step)


class Adafactor(Eager, optim.Adafactor):
    """Torch's."""

    step = _eager(optim.Adafactor.step)


class Muon(Eager, optim.Muon):
    """Torch's."""

    step = _eager(optim.Muon.step)


class RAdam(Eager, optim.RAdam):
    """Torch's."""

    step = _eager(optim.RAdam.step)
