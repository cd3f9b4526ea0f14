"""Gradients within bounds, number by number."""

from typing import TYPE_CHECKING, Literal

from netspec.gradient_normalizations import Clipping

if TYPE_CHECKING:
    from collections.abc import Callable

    from netspec.gradient_normalizations import Layers


class ClipElementwiseAbsoluteValue(Clipping):
    """min(max(g, −threshold), threshold) for each number. DL4J's ClipElementWiseAbsoluteValue."""

    type: Literal["clip_elementwise_absolute_value"] = "clip_elementwise_absolute_value"

    def build(self) -> "Callable[[Layers], None]":
        """Clipping of each number."""
        from netspec.optim.gradient_norms import clip_elements

        return lambda layers: clip_elements(layers, self.threshold)
