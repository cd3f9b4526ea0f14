"""Negative log likelihood of a mixture of normal distributions, by example."""

import math
from collections.abc import Callable

from torch import Tensor

from netspec.errors import DataError
from netspec.modules.axes import by_example, feature_axis, masked


def after(activation: Callable[[Tensor], Tensor], mixtures: int, preactivation: Tensor, labels: Tensor, mask: Tensor | None = None) -> Tensor:
    """−log Σ α·N(y; μ, σ²·1), summed over steps and positions.

    Raises: DataError when the labels are not as wide as the means.
    """
    logits, log_deviations, means = _parts(mixtures, activation(preactivation))
    axis = feature_axis(preactivation)
    wanted = labels.to(means.dtype).movedim(axis, -1)
    if wanted.shape != (*means.shape[:-2], means.shape[-1]):
        raise DataError(f"labels must have {means.shape[-1]} values, the width of the mixture's labels, got {wanted.shape[-1]}")
    squares = ((wanted.unsqueeze(-2) - means) / log_deviations.exp().unsqueeze(-1)).square().sum(-1)
    logs = logits.log_softmax(-1) - wanted.shape[-1] * (log_deviations + math.log(2 * math.pi) / 2) - squares / 2
    return by_example(masked(-logs.logsumexp(-1, keepdim=True).movedim(-1, axis), mask))


def mean(mixtures: int, output: Tensor) -> Tensor:
    """Σ α·μ, with the values of a label where the outputs lie."""
    logits, _, means = _parts(mixtures, output)
    return (logits.softmax(-1).unsqueeze(-1) * means).sum(-2).movedim(-1, feature_axis(output))


def _parts(mixtures: int, output: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Weights …×K, deviations …×K and means …×K×W, before softmax and exp."""
    features = output.movedim(feature_axis(output), -1)
    weights, deviations = features[..., :mixtures], features[..., mixtures : 2 * mixtures]
    return weights, deviations, features[..., 2 * mixtures :].reshape(*features.shape[:-1], mixtures, -1)
