"""Gradients no longer than a threshold, layer by layer."""

from typing import TYPE_CHECKING, Literal

from netspec.gradient_normalizations import Clipping

if TYPE_CHECKING:
    from collections.abc import Callable

    from netspec.gradient_normalizations import Layers


class ClipL2PerLayer(Clipping):
    """g · threshold/‖g‖₂ where ‖g‖₂ > threshold, the norm being over all parameters of the layer. DL4J's ClipL2PerLayer."""

    type: Literal["clip_l2_per_layer"] = "clip_l2_per_layer"

    def build(self) -> "Callable[[Layers], None]":
        """Clipping with one norm a layer."""
        from netspec.optim.gradient_norms import clip

        return lambda layers: clip(layers, self.threshold)
