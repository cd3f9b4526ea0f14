"""Rectified linear unit."""

from typing import TYPE_CHECKING, Literal

from netspec.activations import Activation
from netspec.component import unset

if TYPE_CHECKING:
    from torch import nn


class Relu(Activation):
    """max(0, x), or, by its words, min(max, x for x >= threshold, else negative_slope·(x − threshold)). Source: Nair & Hinton, ICML 2010; DL4J's RELU."""

    type: Literal["relu"] = "relu"
    increasing = True

    max: float = unset()
    """Largest value, any number; without it there is none."""

    threshold: float = 0.0
    """Smallest input that passes as it is, any number."""

    negative_slope: float = 0.0
    """Slope below the threshold, any number."""

    @property
    def keeps_order(self) -> bool:
        """Unless the slope is negative or the function drops at the threshold."""
        return self.negative_slope >= 0 and self.threshold >= 0

    @property
    def _plain(self) -> bool:
        return "max" not in self.model_fields_set and self.threshold == 0 and self.negative_slope == 0

    @property
    def slope_by_result(self) -> bool:
        """1 where it is above 0: of the plain function."""
        return self._plain

    def build(self) -> "nn.Module":
        """Torch's ReLU, else the formula."""
        if self._plain:
            from torch import nn

            return nn.ReLU()
        from netspec.modules.relu import Relu as Module

        return Module(self.max, self.threshold, self.negative_slope)
