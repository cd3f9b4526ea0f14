"""DL4J's Gaussian error linear units."""

from typing import TYPE_CHECKING, Literal

from netspec.activations import Activation

if TYPE_CHECKING:
    from torch import nn


class Dl4jGelu(Activation):
    """x·sigmoid(1.702·x), or, if precise, ½·x·(1 + tanh(√(2/π)·(x + (0.044715·x)³))): what DL4J's GELU computes; x·Φ(x) is `gelu`."""

    type: Literal["dl4j_gelu"] = "dl4j_gelu"

    precise: bool = False
    """Whether the second formula is meant, whose cube has 0.044715 inside (the usual one has it in front)."""

    def build(self) -> "nn.Module":
        """The formulas, with the constants in single precision as in DL4J."""
        from netspec.modules.dl4j_gelu import Dl4jGelu as Module

        return Module(self.precise)
