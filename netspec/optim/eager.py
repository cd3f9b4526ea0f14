"""Torch's optimizers without its compiler, which they import when first used: over a second, for nothing in eager mode.

torch wraps these methods to keep `torch.compile` out of them, and leaves what it wrapped within reach.
"""

from collections.abc import Callable
from inspect import unwrap
from typing import Any

import torch
from torch import optim


class Eager(optim.Optimizer):
    """An optimizer whose methods are as they were before torch wrapped them."""

    add_param_group = unwrap(optim.Optimizer.add_param_group)
    zero_grad = unwrap(optim.Optimizer.zero_grad)
    state_dict = unwrap(optim.Optimizer.state_dict)
    load_state_dict = unwrap(optim.Optimizer.load_state_dict)


def _eager(step: Callable[..., Any]) -> Callable[..., Any]:
    """A rule's step; torch's own wrapper differs by a call of the compiler before and after it."""
    eager: Callable[..., Any] = torch.no_grad()(unwrap(step))
    return eager


class SGD(Eager, optim.SGD):
    """Torch's."""

    step = _eager(optim.SGD.step)


class Adam(Eager, optim.Adam):
    """Torch's."""

    step = _eager(optim.Adam.step)


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
