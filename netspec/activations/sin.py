"""The sine."""

from typing import TYPE_CHECKING, Literal

from netspec.activations import Activation

if TYPE_CHECKING:
    from torch import nn


class Sin(Activation):
    """sin(x). DL4J's `sin` of 0.5 and 0.6."""

    type: Literal["sin"] = "sin"

    def build(self) -> "nn.Module":
        """The formula."""
        from netspec.modules.sin import Sin as Module

        return Module()
