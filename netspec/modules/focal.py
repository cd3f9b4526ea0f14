"""Focal loss over classes, by example."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from netspec.modules.axes import along_features, by_example, masked, one_hot
from netspec.modules.negative_log_likelihood import log_output


@dataclass(frozen=True)
class Focal:
    """−Σ weight·mask·y·(1 − o)^gamma·log o, y being labels or class indices."""

    activation: Callable[[Tensor], Tensor] | None
    """None for softmax."""

    gamma: float
    weights: tuple[float, ...] | None = None

    def __call__(self, preactivation: Tensor, labels: Tensor, mask: Tensor | None = None) -> Tensor:
        """The loss of each example, N."""
        logs = log_output(self.activation, preactivation)
        rest = (-logs.expm1()).clamp(min=torch.finfo(logs.dtype).eps)  # whose power has a finite derivative
        terms = -one_hot(labels, preactivation) * rest**self.gamma * logs
        if self.weights:
            terms = terms * along_features(self.weights, terms)
        return by_example(masked(terms, mask))
