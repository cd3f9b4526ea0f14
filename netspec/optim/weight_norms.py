"""Weights rescaled by their norms, in place."""

import torch
from torch import Tensor

EPSILON = 1e-6
"""Added to norms that are divided by, as DL4J's constraints do."""


def bring_between(weight: Tensor, axes: tuple[int, ...], lowest: float, highest: float, rate: float = 1.0) -> None:
    """w · (rate·clamp(n, lowest, highest)/(n + epsilon) + 1 − rate), n being the norm over the axes."""
    norm = _norm(weight, axes)
    weight.mul_(rate * norm.clamp(lowest, highest) / (norm + EPSILON) + (1 - rate))


def make_unit(weight: Tensor, axes: tuple[int, ...]) -> None:
    """w / n; where n is 0 the weights stay."""
    norm = _norm(weight, axes)
    weight.div_(torch.where(norm > 0, norm, 1))


def _norm(weight: Tensor, axes: tuple[int, ...]) -> Tensor:
    norm: Tensor = torch.linalg.vector_norm(weight, dim=axes, keepdim=True)
    return norm
