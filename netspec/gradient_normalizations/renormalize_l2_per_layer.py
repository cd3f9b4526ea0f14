"""Gradients of length 1, layer by layer."""

from typing import TYPE_CHECKING, Literal

from netspec.gradient_normalizations import GradientNormalization

if TYPE_CHECKING:
    from collections.abc import Callable

    from netspec.gradient_normalizations import Layers


class RenormalizeL2PerLayer(GradientNormalization):
    """g / ‖g‖₂, the norm being over all parameters of the layer. DL4J's RenormalizeL2PerLayer."""

    type: Literal["renormalize_l2_per_layer"] = "renormalize_l2_per_layer"

    def build(self) -> "Callable[[Layers], None]":
        """Rescaling with one norm a layer."""
        from netspec.optim.gradient_norms import renormalize

        return renormalize
