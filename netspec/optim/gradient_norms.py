"""Gradients rescaled by their norms, in place, with one kernel for all layers."""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

Layers = Sequence[Sequence[Tensor]]
"""The gradients of each layer; a norm is taken over all arrays of one."""


def arrays(layers: Layers) -> Layers:
    """Each array as a layer of its own."""
    return [[array] for layer in layers for array in layer]


def renormalize(layers: Layers) -> None:
    """g / ‖g‖₂; a gradient of nothing but zeros stays."""
    _rescale(layers, lambda norms: torch.where(norms > 0, 1 / norms, 1))


def clip(layers: Layers, threshold: float) -> None:
    """g · threshold/‖g‖₂ where the norm is above the threshold."""
    _rescale(layers, lambda norms: (threshold / norms).clamp(max=1))


def clip_elements(layers: Layers, threshold: float) -> None:
    """Every number into [−threshold, threshold]."""
    gradients = [array for layer in layers for array in layer]
    torch._foreach_clamp_max_(gradients, threshold)
    torch._foreach_clamp_min_(gradients, -threshold)


def _rescale(layers: Layers, factors_of: Callable[[Tensor], Tensor]) -> None:
    gradients = [array for layer in layers for array in layer]
    of_arrays = torch.stack(torch._foreach_norm(gradients))
    of_layers = torch.stack(torch._foreach_norm(torch.split(of_arrays, [len(layer) for layer in layers])))
    factors = zip(layers, factors_of(of_layers).unbind(), strict=True)
    torch._foreach_mul_(gradients, [factor for layer, factor in factors for _ in layer])
