"""The cube."""

from typing import TYPE_CHECKING, Literal

from netspec.activations import Activation

if TYPE_CHECKING:
    from torch import nn


class Cube(Activation):
    """x³. DL4J's CUBE."""

    type: Literal["cube"] = "cube"
    increasing = True

    def build(self) -> "nn.Module":
        """The third power."""
        from netspec.modules.cube import Cube as Module

        return Module()
