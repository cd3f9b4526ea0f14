"""The exponential function."""

from typing import TYPE_CHECKING, Literal

from netspec.activations import Activation

if TYPE_CHECKING:
    from torch import nn


class Exp(Activation):
    """e^x, above 0. DL4J's `exp` of 0.5 and 0.6."""

    type: Literal["exp"] = "exp"
    increasing = True

    def build(self) -> "nn.Module":
        """The formula."""
        from netspec.modules.exp import Exp as Module

        return Module()
