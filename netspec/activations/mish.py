"""Mish."""

from typing import TYPE_CHECKING, Literal

from netspec.activations import Activation

if TYPE_CHECKING:
    from torch import nn


class Mish(Activation):
    """x·tanh(log(1 + e^x)). Source: Misra, BMVC 2020; DL4J's MISH."""

    type: Literal["mish"] = "mish"

    def build(self) -> "nn.Module":
        """Torch's Mish."""
        from torch import nn

        return nn.Mish()
