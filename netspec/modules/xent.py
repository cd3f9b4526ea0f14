"""Binary cross-entropy: the term of each output."""

import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits


def from_logits(preactivation: Tensor, labels: Tensor) -> Tensor:
    """−(y·log σ(z) + (1 − y)·log(1 − σ(z))), in torch's fused form."""
    return binary_cross_entropy_with_logits(preactivation, labels, reduction="none")


def after(output: Tensor, labels: Tensor) -> Tensor:
    """−(y·log o + (1 − y)·log(1 − o)), where the activation is not the sigmoid; log 0 is kept finite."""
    smallest = torch.finfo(output.dtype).tiny
    rest = (1 - output).clamp(min=smallest)
    return -(labels * output.clamp(min=smallest).log() + (1 - labels) * rest.log())


def clipped(clip: float, output: Tensor, labels: Tensor) -> Tensor:
    """−(y·log c + (1 − y)·log(1 − c)) of c = o clipped to [clip, 1 − clip], through which the gradient passes as if it were not, as in DL4J."""
    kept = output + (output.clamp(clip, 1 - clip) - output).detach()
    return -(labels * kept.log() + (1 - labels) * (1 - kept).log())


def smoothed(labels: Tensor, smoothing: float) -> Tensor:
    """Labels drawn towards ½."""
    return labels * (1 - smoothing) + smoothing / 2
