"""The absolute value."""

from typing import TYPE_CHECKING, Literal

from netspec.activations import Activation

if TYPE_CHECKING:
    from torch import nn


class Abs(Activation):
    """|x|. DL4J's `abs` of 0.5 and 0.6."""

    type: Literal["abs"] = "abs"

    def build(self) -> "nn.Module":
        """The formula."""
        from netspec.modules.abs import Abs as Module

        return Module()
