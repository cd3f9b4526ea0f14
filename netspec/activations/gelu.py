"""Gaussian error linear unit."""

from typing import TYPE_CHECKING, Literal

from netspec.activations import Activation

if TYPE_CHECKING:
    from torch import nn


class Gelu(Activation):
    """x·Φ(x), exact, with the normal distribution function Φ. Source: Hendrycks & Gimpel, 2016. DL4J's GELU is x·sigmoid(1.702·x)."""

    type: Literal["gelu"] = "gelu"

    def build(self) -> "nn.Module":
        """Torch's GELU."""
        from torch import nn

        return nn.GELU()
