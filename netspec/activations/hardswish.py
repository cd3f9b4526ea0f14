"""Swish with the sigmoid in three straight lines."""

from typing import TYPE_CHECKING, Literal

from netspec.activations import Activation

if TYPE_CHECKING:
    from torch import nn


class HardSwish(Activation):
    """x·clip(x/6 + 0.5, 0, 1). Source: Howard et al., ICCV 2019 (MobileNetV3). DL4J has none."""

    type: Literal["hardswish"] = "hardswish"

    def build(self) -> "nn.Module":
        """Torch's Hardswish."""
        from torch import nn

        return nn.Hardswish()
