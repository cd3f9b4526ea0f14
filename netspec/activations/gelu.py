"""Gaussian error linear unit."""

from typing import TYPE_CHECKING, Literal

from netspec.activations import Activation

if TYPE_CHECKING:
    from torch import nn


class Gelu(Activation):
    """x·Φ(x), with the normal distribution function Φ. Source: Hendrycks & Gimpel, 2016. DL4J's GELU is `dl4j_gelu`."""

    type: Literal["gelu"] = "gelu"

    approximate: Literal["none", "tanh"] = "none"
    """none: exact; tanh: ½·x·(1 + tanh(√(2/π)·(x + 0.044715·x³))), as in GPT-2."""

    def build(self) -> "nn.Module":
        """Torch's GELU."""
        from torch import nn

        return nn.GELU(self.approximate)
