"""Gradients no longer than a threshold, array by array."""

from typing import TYPE_CHECKING, Literal

from netspec.gradient_normalizations import Clipping

if TYPE_CHECKING:
    from collections.abc import Callable

    from netspec.gradient_normalizations import Layers


class ClipL2PerParamType(Clipping):
    """g · threshold/‖g‖₂ where ‖g‖₂ > threshold, weights and biases of a layer each by their own norm. DL4J's ClipL2PerParamType."""

    type: Literal["clip_l2_per_param_type"] = "clip_l2_per_param_type"

    def build(self) -> "Callable[[Layers], None]":
        """Clipping with one norm an array."""
        from netspec.optim.gradient_norms import arrays, clip

        return lambda layers: clip(arrays(layers), self.threshold)
