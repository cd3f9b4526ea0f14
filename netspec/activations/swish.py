"""Swish, the sigmoid linear unit."""

from typing import TYPE_CHECKING, Literal

from netspec.activations import Activation

if TYPE_CHECKING:
    from torch import nn


class Swish(Activation):
    """x·sigmoid(x). Source: Ramachandran, Zoph & Le, 2017. DL4J's SWISH."""

    type: Literal["swish"] = "swish"
    alias = "silu"

    def build(self) -> "nn.Module":
        """Torch's SiLU."""
        from torch import nn

        return nn.SiLU()
