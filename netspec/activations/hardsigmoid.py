"""The sigmoid in three straight lines."""

from typing import TYPE_CHECKING, Literal

from netspec.activations import Activation

if TYPE_CHECKING:
    from torch import nn


class HardSigmoid(Activation):
    """clip(0.2·x + 0.5, 0, 1). Source: Courbariaux et al., NeurIPS 2015; DL4J's HARDSIGMOID. torch's Hardsigmoid is clip(x/6 + 0.5, 0, 1)."""

    type: Literal["hardsigmoid"] = "hardsigmoid"
    probabilities = True
    increasing = True

    def build(self) -> "nn.Module":
        """The three lines."""
        from netspec.modules.hardsigmoid import HardSigmoid as Module

        return Module()
