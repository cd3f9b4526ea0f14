"""A hyperbolic tangent approximated by a fraction."""

from typing import TYPE_CHECKING, Literal

from netspec.activations import Activation

if TYPE_CHECKING:
    from torch import nn


class RationalTanh(Activation):
    """1.7159·t(2x/3) with t(y) = sign(y)·(1 − 1/(1 + |y| + y² + 1.41645·y⁴)). Source: after LeCun et al., 1998; DL4J's RATIONALTANH."""

    type: Literal["rationaltanh"] = "rationaltanh"
    increasing = True

    def build(self) -> "nn.Module":
        """The fraction."""
        from netspec.modules.rationaltanh import RationalTanh as Module

        return Module()
