"""Binary cross-entropy, by example."""

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits

from netspec.modules.axes import alike, by_example


def from_logits(preactivation: Tensor, labels: Tensor) -> Tensor:
    """−Σ y·log σ(z) + (1 − y)·log(1 − σ(z)), in torch's fused form."""
    return by_example(binary_cross_entropy_with_logits(preactivation, alike(labels, preactivation), reduction="none"))


def after(activation: Callable[[Tensor], Tensor], preactivation: Tensor, labels: Tensor) -> Tensor:
    """−Σ y·log o + (1 − y)·log(1 − o), where the activation is not the sigmoid; log 0 is kept finite."""
    output, smallest = activation(preactivation), torch.finfo(preactivation.dtype).tiny
    target, rest = alike(labels, output), (1 - output).clamp(min=smallest)
    return by_example(-(target * output.clamp(min=smallest).log() + (1 - target) * rest.log()))
