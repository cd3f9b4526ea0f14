"""Cosine proximity, by example."""

from collections.abc import Callable

from torch import Tensor
from torch.nn.functional import cosine_similarity

from netspec.modules.axes import alike, by_example, feature_axis, masked


def after(activation: Callable[[Tensor], Tensor], preactivation: Tensor, labels: Tensor, mask: Tensor | None = None) -> Tensor:
    """−cos(y, activation(z)), summed over steps and positions."""
    output = activation(preactivation)
    axis = feature_axis(output)
    return by_example(masked(-cosine_similarity(output, alike(labels, output), axis).unsqueeze(axis), mask))
