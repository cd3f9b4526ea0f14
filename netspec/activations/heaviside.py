"""The step function."""

from typing import TYPE_CHECKING, Literal

from netspec.activations import Activation

if TYPE_CHECKING:
    from torch import nn


class Heaviside(Activation):
    """1 for x > 0, else 0; its derivative is 0, so that nothing below it learns. DL4J's `step` of 0.5 and 0.6."""

    type: Literal["heaviside"] = "heaviside"
    probabilities = True
    increasing = True

    def build(self) -> "nn.Module":
        """The formula."""
        from netspec.modules.heaviside import Heaviside as Module

        return Module()
