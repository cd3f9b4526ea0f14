"""A smooth rectified linear unit."""

from typing import TYPE_CHECKING, Literal

from netspec.activations import Activation

if TYPE_CHECKING:
    from torch import nn


class SoftPlus(Activation):
    """log(1 + e^x). Source: Dugas et al., NeurIPS 2001; DL4J's SOFTPLUS."""

    type: Literal["softplus"] = "softplus"
    increasing = True

    def build(self) -> "nn.Module":
        """The formula, without torch's change to a straight line from 20 on."""
        from netspec.modules.softplus import SoftPlus as Module

        return Module()
