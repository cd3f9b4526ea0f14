"""Gradients of length 1, array by array."""

from typing import TYPE_CHECKING, Literal

from netspec.gradient_normalizations import GradientNormalization

if TYPE_CHECKING:
    from collections.abc import Callable

    from netspec.gradient_normalizations import Layers


class RenormalizeL2PerParamType(GradientNormalization):
    """g / ‖g‖₂, weights and biases of a layer each by their own norm. DL4J's RenormalizeL2PerParamType."""

    type: Literal["renormalize_l2_per_param_type"] = "renormalize_l2_per_param_type"

    def build(self) -> "Callable[[Layers], None]":
        """Rescaling with one norm an array."""
        from netspec.optim.gradient_norms import arrays, renormalize

        return lambda layers: renormalize(arrays(layers))
