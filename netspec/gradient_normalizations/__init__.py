"""Gradient normalisations: what is done to the gradients of a layer before its updater sees them."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, ClassVar

from netspec.component import Component
from netspec.fields import Positive

if TYPE_CHECKING:
    from torch import Tensor

    Layers = Sequence[Sequence[Tensor]]


class GradientNormalization(Component):
    """Rescales or clips the gradients of a layer. L1 and L2 are added after it, and are not clipped."""

    family: ClassVar[str] = "gradient_normalizations"
    noun: ClassVar[str] = "gradient normalization"

    def build(self) -> "Callable[[Layers], None] | None":
        """A function that changes gradients in place, given the arrays of each layer; None where nothing is done."""
        raise NotImplementedError


class Clipping(GradientNormalization):
    """Base of those that leave small gradients alone."""

    threshold: Positive = 1.0
    """Largest value or norm that stays as it is, above 0; DL4J's gradientNormalizationThreshold."""
