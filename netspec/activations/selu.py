"""Scaled exponential linear unit."""

from typing import TYPE_CHECKING, Literal

from netspec.activations import Activation

if TYPE_CHECKING:
    from torch import nn


class Selu(Activation):
    """1.0507·elu(x, alpha 1.6733), which keeps mean 0 and variance 1. Source: Klambauer et al., NeurIPS 2017."""

    type: Literal["selu"] = "selu"
    increasing = True

    def build(self) -> "nn.Module":
        """Torch's SELU."""
        from torch import nn

        return nn.SELU()
