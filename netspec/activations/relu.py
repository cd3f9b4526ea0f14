"""Rectified linear unit."""

from typing import TYPE_CHECKING, Literal

from netspec.activations import Activation

if TYPE_CHECKING:
    from torch import nn


class Relu(Activation):
    """max(0, x). Source: Nair & Hinton, ICML 2010."""

    type: Literal["relu"] = "relu"
    increasing = True

    def build(self) -> "nn.Module":
        """Torch's ReLU."""
        from torch import nn

        return nn.ReLU()
