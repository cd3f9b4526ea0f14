"""Cross-entropy between labels and one distribution over classes, by example."""

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy, nll_loss

from netspec.modules.axes import alike, by_example, feature_axis


def from_logits(preactivation: Tensor, labels: Tensor) -> Tensor:
    """−Σ y·log softmax(z), in torch's fused form."""
    logits = preactivation.movedim(feature_axis(preactivation), 1)
    return by_example(cross_entropy(logits, _target(labels, preactivation), reduction="none"))


def mean_from_logits(preactivation: Tensor, labels: Tensor) -> Tensor:
    """The mean of `from_logits`: one kernel for N×K; torch's would divide by the steps of a sequence too."""
    if preactivation.dim() > 2:
        return from_logits(preactivation, labels).mean()
    return cross_entropy(preactivation, _target(labels, preactivation))


def after(activation: Callable[[Tensor], Tensor], preactivation: Tensor, labels: Tensor) -> Tensor:
    """−Σ y·log(activation(z)), where the activation is not softmax; log 0 is kept finite."""
    output = activation(preactivation).movedim(feature_axis(preactivation), 1)
    logs = output.clamp(min=torch.finfo(output.dtype).tiny).log()
    target = _target(labels, preactivation)
    return by_example(-target * logs if target.is_floating_point() else nll_loss(logs, target, reduction="none"))


def _target(labels: Tensor, preactivation: Tensor) -> Tensor:
    """Class indices (one axis fewer than the output) as they are; a distribution with its classes on axis 1."""
    if labels.dim() < preactivation.dim():
        return labels.long()
    return alike(labels, preactivation).movedim(feature_axis(preactivation), 1)
