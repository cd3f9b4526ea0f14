"""Rectified linear unit that ends at 6."""

from typing import TYPE_CHECKING, Literal

from netspec.activations import Activation

if TYPE_CHECKING:
    from torch import nn


class Relu6(Activation):
    """min(max(0, x), 6). Source: Krizhevsky, 2010; DL4J's RELU6."""

    type: Literal["relu6"] = "relu6"
    increasing = True

    def build(self) -> "nn.Module":
        """Torch's ReLU6."""
        from torch import nn

        return nn.ReLU6()
