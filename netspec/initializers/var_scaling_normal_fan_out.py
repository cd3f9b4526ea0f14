"""Truncated normal, scaled by the fan-out."""

from typing import Literal

from netspec.initializers import Distribution, Fans
from netspec.initializers._truncated import ScaledTruncated


class VarScalingNormalFanOut(ScaledTruncated):
    """N(0, scale / fan_out) within two deviations of 0, the second number being the variance before the tails are cut off.

    DL4J's VAR_SCALING_NORMAL_FAN_OUT. Keras makes up for the lost tails.
    """

    type: Literal["var_scaling_normal_fan_out"] = "var_scaling_normal_fan_out"

    def distribution(self, fans: Fans) -> Distribution:
        """The truncated normal one."""
        return Distribution("truncated_normal", 0, (self.scale / fans.out) ** 0.5)
