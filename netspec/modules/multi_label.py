"""Loss of several labels at once, by example."""

from collections.abc import Callable

import torch
from torch import Tensor

from netspec.modules.axes import alike, by_example, feature_axis, masked


def after(activation: Callable[[Tensor], Tensor], preactivation: Tensor, labels: Tensor, mask: Tensor | None = None) -> Tensor:
    """Mean of e^(o⁻ − o⁺) over all pairs, o = activation(z); summed over steps and positions.

    The sum over pairs is the product of Σ e^o⁻ and Σ e^−o⁺, taken as a sum of logarithms.
    """
    output = activation(preactivation)
    axis, there = feature_axis(output), alike(labels, output) > 0.5
    sums = _log_sum(output, ~there, axis) + _log_sum(-output, there, axis)
    pairs = there.sum(axis, keepdim=True) * (~there).sum(axis, keepdim=True)
    means = sums.exp() / pairs.clamp(min=1)
    return by_example(masked(torch.where(pairs > 0, means, 0.0), mask))


def _log_sum(values: Tensor, among: Tensor, axis: int) -> Tensor:
    """log Σ e^value over the values `among`; finite where there are none, so that its gradient is too."""
    return values.masked_fill(~among, torch.finfo(values.dtype).min / 4).logsumexp(axis, keepdim=True)
