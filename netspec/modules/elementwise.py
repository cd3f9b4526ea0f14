"""Losses that are a sum of one term for each output."""

from collections.abc import Callable
from dataclasses import dataclass

from torch import Tensor

from netspec.modules.axes import alike, along_features, by_example, feature_axis, masked


@dataclass(frozen=True)
class Elementwise:
    """Σ weight·mask·term(activation(z), y), for each example; over n_out if `mean`."""

    activation: Callable[[Tensor], Tensor]
    terms: Callable[[Tensor, Tensor], Tensor]
    """(output, labels) → the term of each output, of the same shape."""

    weights: tuple[float, ...] | None = None
    mean: bool = False

    def __call__(self, preactivation: Tensor, labels: Tensor, mask: Tensor | None = None) -> Tensor:
        """The loss of each example, N."""
        output = self.activation(preactivation)
        terms = self.terms(output, alike(labels, output))
        if self.weights:
            terms = terms * along_features(self.weights, terms)
        if self.mean:
            terms = terms / terms.shape[feature_axis(terms)]
        return by_example(masked(terms, mask))
