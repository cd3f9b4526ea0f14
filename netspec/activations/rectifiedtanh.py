"""The positive half of the hyperbolic tangent."""

from typing import TYPE_CHECKING, Literal

from netspec.activations import Activation

if TYPE_CHECKING:
    from torch import nn


class RectifiedTanh(Activation):
    """max(0, tanh(x)), in [0, 1). DL4J's RECTIFIEDTANH."""

    type: Literal["rectifiedtanh"] = "rectifiedtanh"
    probabilities = True
    increasing = True

    def build(self) -> "nn.Module":
        """Torch's Tanh and ReLU."""
        from torch import nn

        return nn.Sequential(nn.Tanh(), nn.ReLU())
