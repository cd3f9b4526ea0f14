"""F-measure of a minibatch, as a loss that each of its examples has."""

from collections.abc import Callable

import torch
from torch import Tensor

from netspec.modules.axes import alike, feature_axis, masked


def after(activation: Callable[[Tensor], Tensor], beta_squared: float, preactivation: Tensor, labels: Tensor, mask: Tensor | None = None) -> Tensor:
    """1 − F of the last feature's probabilities, the same for each example so that their mean is it."""
    output = activation(preactivation)
    axis = feature_axis(output)
    wanted, given = (values.narrow(axis, values.shape[axis] - 1, 1) for values in (alike(labels, output), output))
    hits, positive, predicted = (masked(values, mask).sum() for values in (wanted * given, wanted, given))
    total = (beta_squared * positive + predicted).clamp(min=torch.finfo(output.dtype).tiny)
    return (1 - (1 + beta_squared) * hits / total).expand(len(output))
