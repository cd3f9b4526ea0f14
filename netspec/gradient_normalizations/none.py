"""Gradients as they are."""

from typing import TYPE_CHECKING, Literal

from netspec.gradient_normalizations import GradientNormalization

if TYPE_CHECKING:
    from collections.abc import Callable

    from netspec.gradient_normalizations import Layers


class Off(GradientNormalization):
    """Leaves a layer's gradients alone, where the network normalises those of the others. DL4J's None."""

    type: Literal["none"] = "none"

    def build(self) -> "Callable[[Layers], None] | None":
        """Nothing."""
        return None
