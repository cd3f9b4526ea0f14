"""Whether a network computes what its modules' classes say, and nobody looks on."""

from collections.abc import Iterator

import torch
from torch import nn
from torch.nn.modules import module as everywhere


def changed_or_heard(network: nn.Module) -> bool:
    """Whether somebody listens to modules or parameters, gave a module another `forward`, or asked torch to compute or watch in another way."""
    another_way = torch.is_autocast_enabled("cpu") or torch.is_anomaly_enabled()
    return another_way or any("forward" in vars(module) for module in network.modules()) or any(_hooks(network))


def _hooks(network: nn.Module) -> Iterator[object]:
    yield from (everywhere._global_forward_hooks, everywhere._global_forward_pre_hooks)
    yield from (everywhere._global_backward_hooks, everywhere._global_backward_pre_hooks)
    for module in network.modules():
        yield from (module._forward_hooks, module._forward_pre_hooks, module._backward_hooks, module._backward_pre_hooks)
    for parameter in network.parameters():
        yield from (parameter._backward_hooks, parameter._post_accumulate_grad_hooks)
