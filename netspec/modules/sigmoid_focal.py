"""Focal loss over independent probabilities: the term of each output."""

import torch
from torch import Tensor

from netspec.modules import xent


def from_logits(gamma: float, alpha: float | None, preactivation: Tensor, labels: Tensor) -> Tensor:
    """The term of σ(z)."""
    return _focused(gamma, alpha, preactivation.sigmoid(), labels, xent.from_logits(preactivation, labels))


def after(gamma: float, alpha: float | None, output: Tensor, labels: Tensor) -> Tensor:
    """The term of o, where the activation is not the sigmoid."""
    return _focused(gamma, alpha, output, labels, xent.after(output, labels))


def _focused(gamma: float, alpha: float | None, output: Tensor, labels: Tensor, terms: Tensor) -> Tensor:
    wrong = (output * (1 - labels) + (1 - output) * labels).clamp(min=torch.finfo(output.dtype).eps)  # whose power has a finite derivative
    terms = terms * wrong**gamma
    return terms if alpha is None else terms * (alpha * labels + (1 - alpha) * (1 - labels))
