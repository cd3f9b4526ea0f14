"""Cross-entropy between labels and one distribution over classes, by example."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from netspec.modules.axes import alike, along_features, by_example, feature_axis, masked, one_hot

MOST_CLASSES = 64
"""Up to so many, softmax over numbers that lie class by class is faster than putting them example by example first."""

aten = torch.ops.aten
_MEAN, _NO_CLASS = 1, -100
"""torch's number for the mean of a batch, and the class that it would leave out."""


@dataclass(frozen=True)
class NegativeLogLikelihood:
    """−Σ weight·mask·y·log o, y being smoothed labels or class indices."""

    activation: Callable[[Tensor], Tensor] | None
    """None for softmax, whose logarithm torch has in a stable form."""

    weights: tuple[float, ...] | None = None
    label_smoothing: float = 0.0
    clip: float = 0.0

    def __call__(self, preactivation: Tensor, labels: Tensor, mask: Tensor | None = None) -> Tensor:
        """The loss of each example, N."""
        each_output = mask is not None and mask.dim() == preactivation.dim() and mask.shape[feature_axis(mask)] > 1
        together = self.activation is None and not self.clip and not each_output
        return by_example(masked((self._fused if together else self._terms)(preactivation, labels), mask))

    def mean(self, preactivation: Tensor, labels: Tensor, mask: Tensor | None = None) -> Tensor:
        """Its mean over the examples: one kernel for N×K; torch's would divide by steps too, and by the sum of the weights."""
        if preactivation.dim() > 2 or mask is not None or self.activation is not None or self.weights or self.clip:
            return self(preactivation, labels, mask).mean()
        target = labels.long() if labels.dim() < preactivation.dim() else alike(labels, preactivation)
        return cross_entropy(preactivation, target, label_smoothing=self.label_smoothing)

    def mean_and_slope(self, preactivation: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
        """The mean for class indices, of softmax without weights, smoothing and clip, and its derivative N×K: what autograd would do of it.

        It is for outputs that have the numbers of each class side by side, as `Direct` finds them.
        """
        few = preactivation.shape[1] <= MOST_CLASSES
        logs = preactivation.t().log_softmax(0).t() if few else preactivation.log_softmax(1)
        labels = labels.long()
        mean, total = aten.nll_loss_forward.default(logs, labels, None, _MEAN, _NO_CLASS)
        slope = aten.nll_loss_backward.default(torch.ones_like(mean), logs, labels, None, _MEAN, _NO_CLASS, total)
        backward = aten._log_softmax_backward_data.default
        return mean, backward(slope.t(), logs.t(), 0, logs.dtype).t() if few else backward(slope, logs, 1, logs.dtype)

    def _fused(self, preactivation: Tensor, labels: Tensor) -> Tensor:
        """In torch's fused form, one number for each example, step or position; the axis of the features has size 1."""
        axis = feature_axis(preactivation)
        target = labels.long() if labels.dim() < preactivation.dim() else alike(labels, preactivation).movedim(axis, 1)
        weights = torch.tensor(self.weights, dtype=preactivation.dtype, device=preactivation.device) if self.weights else None
        losses = cross_entropy(preactivation.movedim(axis, 1), target, weights, reduction="none", label_smoothing=self.label_smoothing)
        return losses.unsqueeze(axis)

    def _terms(self, preactivation: Tensor, labels: Tensor) -> Tensor:
        """One number for each output."""
        target = one_hot(labels, preactivation)
        if self.label_smoothing:
            target = target * (1 - self.label_smoothing) + self.label_smoothing / target.shape[feature_axis(target)]
        terms = -target * log_output(self.activation, preactivation, self.clip)
        return terms * along_features(self.weights, terms) if self.weights else terms


def log_output(activation: Callable[[Tensor], Tensor] | None, preactivation: Tensor, clip: float = 0.0) -> Tensor:
    """Logarithm of the output: of softmax where there is no activation, clipped in the value but not in the gradient as in DL4J; else log 0 is kept finite."""
    if activation is not None:
        output = activation(preactivation)
        return output.clamp(min=torch.finfo(output.dtype).tiny).log()
    logs = preactivation.log_softmax(feature_axis(preactivation))
    return logs + (logs.exp().clamp(clip, 1 - clip).log() - logs).detach() if clip else logs
